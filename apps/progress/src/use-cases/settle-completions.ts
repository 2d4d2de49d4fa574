import { park, reject, type Disposition, type Received } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import type { Enrollment } from '../domain/enrollment'
import { enrollmentKey, lockEnrollments, type EnrollmentKey } from '../persistence/enrollment-store'
import { awaitedEnrollment } from './awaited-enrollment'
import { changeEnrollments } from './change-enrollments'

type CompletionEvent = Received<{ readonly user_id: string; readonly course_version_id: string; readonly cycle: number }>

/**
 * Takes what completion-detection decided over into the enrollments: `settle` says what one event makes of one.
 *
 * @returns events of unknown enrollments parked, those of a cycle that has not begun rejected
 */
export async function settleCompletions<E extends CompletionEvent>(
  tx: Tx,
  batch: readonly E[],
  settle: (enrollment: Enrollment, event: E) => Enrollment,
): Promise<Disposition[]> {
  const keyOf = (event: E): EnrollmentKey => ({ userId: event.data.user_id, courseVersionId: event.data.course_version_id })
  const stored = await lockEnrollments(tx, batch.map(keyOf))
  const latest = new Map(stored)
  const dispositions: Disposition[] = []
  for (const event of batch) {
    const key = enrollmentKey(keyOf(event))
    const enrollment = latest.get(key)
    if (!enrollment) dispositions.push(park(event, awaitedEnrollment(keyOf(event)), 'the learner is not enrolled in this course version'))
    else if (event.data.cycle > enrollment.cycle)
      dispositions.push(reject(event, `cycle must be at most ${enrollment.cycle}, the enrollment's own (got ${event.data.cycle})`))
    else latest.set(key, settle(enrollment, event))
  }
  const changed = [...latest].filter(([key, enrollment]) => enrollment !== stored.get(key)).map(([, enrollment]) => enrollment)
  await changeEnrollments(tx, changed)
  return dispositions
}
