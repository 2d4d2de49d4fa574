import type { Tx } from '@laurel/postgres'
import { databaseTime } from '../persistence/database-time'
import { hastenWaiting } from '../persistence/webhook-delivery-store'

/**
 * Has deliveries processed again that wait for learners of these courses, for who just made such learners findable. A
 * delivery that starts to wait at the same moment may be missed: it is tried again by itself within the minute.
 */
export async function redriveWaitingDeliveries(tx: Tx, platform: string, externalCourseIds: readonly string[]): Promise<void> {
  await hastenWaiting(tx, platform, externalCourseIds, await databaseTime(tx))
}
