import type { Rule } from '@laurel/course-rule'
import { awaitedCourseVersion, type CourseVersionStore } from '@laurel/course-versions'
import { park, reject, type Disposition, type Received } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { enrollmentKey } from '../persistence/enrollment-store'
import { lockStandings, type Standing } from '../persistence/standing-store'
import { parkUnenrolled } from './park-unenrolled'

type LearnerEvent = Received<{ readonly user_id: string; readonly course_version_id: string }>

/** An event whose course version and enrollment are known; the enrollment is locked until the transaction ends. */
export interface Placed<E> {
  readonly event: E
  readonly rule: Rule
  readonly standing: Standing
}

/**
 * Sorts a batch: events of unknown course versions or enrollments are parked, those for which `misfit` gives a reason
 * are rejected, the others are placed. Status is no reason: what a learner did is recorded, whatever the enrollment says.
 */
export async function sortOut<E extends LearnerEvent>(
  tx: Tx,
  versions: CourseVersionStore,
  batch: readonly E[],
  misfit: (event: E, rule: Rule) => string | null,
): Promise<{ placed: Placed<E>[]; dispositions: Disposition[] }> {
  const known = await versions.find(tx, new Set(batch.map((event) => event.data.course_version_id)))
  const keys = batch.map((event) => ({ userId: event.data.user_id, courseVersionId: event.data.course_version_id }))
  const standings = await lockStandings(tx, keys)
  const placed: Placed<E>[] = []
  const dispositions: Disposition[] = []
  const unenrolled: E[] = []
  for (const [index, event] of batch.entries()) {
    const rule = known.get(event.data.course_version_id)?.rule
    if (!rule) {
      dispositions.push(
        park(event, awaitedCourseVersion(event.data.course_version_id), `course version ${event.data.course_version_id} is unknown`),
      )
      continue
    }
    const reason = misfit(event, rule)
    const standing = standings.get(enrollmentKey(keys[index]!))
    if (reason !== null) dispositions.push(reject(event, reason))
    else if (!standing) unenrolled.push(event)
    else placed.push({ event, rule, standing })
  }
  return { placed, dispositions: [...dispositions, ...(await parkUnenrolled(tx, unenrolled))] }
}
