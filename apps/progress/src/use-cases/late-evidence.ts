import type { Tx } from '@laurel/postgres'
import { cycleAt, type CycleStart } from '../domain/cycle'
import { mergeMarks, type LessonMark } from '../domain/lesson-mark'
import { closedCycles } from '../persistence/archive-store'
import { enrollmentKey, type EnrollmentKey } from '../persistence/enrollment-store'
import { archivedAttemptKey, writeLateAttempts, writeLateMarks } from '../persistence/late-evidence-store'
import type { QuizAttempt } from '../persistence/quiz-attempt-store'

/**
 * Records what was done in lessons before the open cycle began, in the cycle that was open then. Nothing else changes,
 * neither that cycle's outcome and percentage nor the open cycle, and nothing is announced.
 *
 * @param marks one report each, dated before the open cycle of their enrollment, which is locked
 */
export async function recordLateMarks(tx: Tx, marks: readonly LessonMark[]): Promise<void> {
  const byCycle = Map.groupBy(await inCycles(tx, marks, (mark) => mark.startedAt), ({ cycle }) => cycle)
  await writeLateMarks(
    tx,
    [...byCycle].flatMap(([cycle, placed]) => mergeMarks(placed.map(({ one }) => one)).map((mark) => ({ ...mark, cycle }))),
  )
}

/**
 * The same for quiz attempts; each cycle has its own attempt numbers.
 *
 * @returns those that are not recorded, because their number in that cycle is that of an attempt with another score
 */
export async function recordLateAttempts(tx: Tx, attempts: readonly QuizAttempt[]): Promise<ReadonlySet<QuizAttempt>> {
  const placed = await inCycles(tx, attempts, (attempt) => attempt.completedAt)
  const scores = await writeLateAttempts(
    tx,
    placed.map(({ one, cycle }) => ({ ...one, cycle })),
  )
  const contradicting = placed.filter(({ one, cycle }) => scores.get(archivedAttemptKey({ ...one, cycle })) !== one.score)
  return new Set(contradicting.map(({ one }) => one))
}

async function inCycles<E extends EnrollmentKey>(
  tx: Tx,
  evidence: readonly E[],
  timeOf: (one: E) => Date,
): Promise<{ one: E; cycle: number }[]> {
  const starts = new Map<string, CycleStart[]>()
  for (const { enrollment } of await closedCycles(tx, evidence)) {
    const key = enrollmentKey(enrollment)
    starts.set(key, [...(starts.get(key) ?? []), { cycle: enrollment.cycle, startedAt: enrollment.cycleStartedAt }])
  }
  return evidence.map((one) => ({ one, cycle: cycleAt(starts.get(enrollmentKey(one)) ?? [], timeOf(one)) }))
}
