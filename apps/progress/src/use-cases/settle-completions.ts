import { reject, type Disposition, type Received } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { revised, type Enrollment } from '../domain/enrollment'
import { closedCycles, settleClosedCycles } from '../persistence/archive-store'
import { enrollmentKey, lockEnrollments, type EnrollmentKey } from '../persistence/enrollment-store'
import { changeEnrollments } from './change-enrollments'
import { parkUnenrolled } from './park-unenrolled'

type CompletionEvent = Received<{ readonly user_id: string; readonly course_version_id: string; readonly cycle: number }>

/**
 * Takes what completion-detection decided over into the enrollments: `settle` says what one event makes of one. What
 * concerns a closed cycle is entered in the archive; the open cycle does not change by it, and nothing is announced.
 *
 * @returns events of unknown enrollments parked, those of a cycle that has not begun rejected
 */
export async function settleCompletions<E extends CompletionEvent>(
  tx: Tx,
  batch: readonly E[],
  settle: (enrollment: Enrollment, event: E) => Enrollment,
): Promise<Disposition[]> {
  const open = await lockEnrollments(tx, batch.map(keyOf))
  const closed = await closedCycles(
    tx,
    batch.filter((event) => event.data.cycle < (open.get(enrollmentKey(keyOf(event)))?.cycle ?? 0)).map(keyOf),
  )
  const stored = new Map([...open.values(), ...closed.map(({ enrollment }) => enrollment)].map((one) => [cycleKey(one, one.cycle), one]))
  const latest = new Map(stored)
  const dispositions: Disposition[] = []
  const unenrolled: E[] = []
  for (const event of batch) {
    const key = keyOf(event)
    const current = open.get(enrollmentKey(key))
    const cycle = cycleKey(key, event.data.cycle)
    if (!current) unenrolled.push(event)
    else if (event.data.cycle > current.cycle)
      dispositions.push(reject(event, `cycle must be at most ${current.cycle}, the enrollment's own (got ${event.data.cycle})`))
    else {
      const before = latest.get(cycle)!
      const after = settle(before, event)
      if (after !== before) latest.set(cycle, revised(after, event.recordTime))
    }
  }
  const changed = [...latest].filter(([key, enrollment]) => enrollment !== stored.get(key)).map(([, enrollment]) => enrollment)
  const isOpen = (enrollment: Enrollment) => enrollment.cycle === open.get(enrollmentKey(enrollment))!.cycle
  await changeEnrollments(tx, { changed: changed.filter(isOpen) })
  await settleClosedCycles(
    tx,
    changed.filter((enrollment) => !isOpen(enrollment)),
  )
  return [...dispositions, ...(await parkUnenrolled(tx, unenrolled))]
}

function keyOf({ data }: CompletionEvent): EnrollmentKey {
  return { userId: data.user_id, courseVersionId: data.course_version_id }
}

function cycleKey(key: EnrollmentKey, cycle: number): string {
  return `${enrollmentKey(key)}:${cycle}`
}
