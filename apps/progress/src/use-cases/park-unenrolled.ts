import { park, type Disposition, type Received } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { passOverErased } from '../persistence/learner-data-store'
import { awaitedEnrollment } from './awaited-enrollment'

type LearnerEvent = Received<{ readonly user_id: string; readonly course_version_id: string }>

/**
 * Parks events whose learner is not enrolled in the course version, until they are. Those of a learner who was erased are
 * passed over: they are counted, and nothing is kept of them.
 */
export async function parkUnenrolled(tx: Tx, events: readonly LearnerEvent[]): Promise<Disposition[]> {
  const erased = await passOverErased(
    tx,
    events.map(({ data }) => data.user_id),
  )
  return events
    .filter(({ data }) => !erased.has(data.user_id))
    .map((event) => {
      const key = { userId: event.data.user_id, courseVersionId: event.data.course_version_id }
      return park(event, awaitedEnrollment(key), 'the learner is not enrolled in this course version')
    })
}
