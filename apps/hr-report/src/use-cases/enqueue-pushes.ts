import type { JobQueue } from '@laurel/jobs'
import type { Tx } from '@laurel/postgres'
import { takeReady } from '../persistence/training-record-store'
import { PUSH_QUEUE, type PushJob } from './push-training-record'

const PRIORITY = 5

/** Enqueues one push for each record of these course versions that can be pushed and never was enqueued. */
export async function enqueuePushes(tx: Tx, jobs: JobQueue, courseVersionIds: readonly string[]): Promise<void> {
  const ready = await takeReady(tx, courseVersionIds)
  await jobs.enqueue<PushJob>(
    tx,
    ready.map((id) => ({ queue: PUSH_QUEUE, data: { completion_id: id }, priority: PRIORITY, key: id })),
  )
}
