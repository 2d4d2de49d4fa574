import { transaction } from '@laurel/postgres'
import type { DataSource } from 'typeorm'
import { BODIES_PER_DROP, dropBodies } from '../persistence/webhook-delivery-store'

/** Long enough to mend a reader that took a completion for something else, and have the deliveries tried anew. */
const KEPT_MS = 30 * 86_400_000

/** Forgets what platforms said of learners in deliveries that were done thirty days ago; that they were delivered is kept. */
export async function forgetDeliveredBodies(dataSource: DataSource, now: Date, signal?: AbortSignal): Promise<void> {
  const doneBefore = new Date(now.getTime() - KEPT_MS)
  while (!signal?.aborted) {
    const dropped = await transaction(dataSource, (tx) => dropBodies(tx, doneBefore))
    if (dropped < BODIES_PER_DROP) return
  }
}
