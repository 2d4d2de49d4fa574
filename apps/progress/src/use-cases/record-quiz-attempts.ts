import { QuizAttemptedV1, quizAttemptedId, sourceOf } from '@laurel/contracts'
import { passes, type Rule } from '@laurel/course-rule'
import { addToOutbox, toOutbox, type OutboxEvent } from '@laurel/messaging'
import { query, WriteConflictError, type Tx } from '@laurel/postgres'
import { findQuizAttempts, quizAttemptKey, quizAttemptsOf, writeQuizAttempts, type QuizAttempt } from '../persistence/quiz-attempt-store'
import { SERVICE } from '../service-name'

/** Whether a score passes this quiz of the version. */
export function isPassed(rule: Rule, quizId: string, score: number): boolean {
  const item = rule.items[rule.ordinalOf.get(quizId)!]!
  return item.kind === 'quiz' && passes(score, item.passThreshold)
}

/** An attempt as a learner's gateway reports it. */
export type ReportedAttempt = Omit<QuizAttempt, 'attemptNumber' | 'completedAt'> & {
  /** Without one it gets the next. */
  readonly attemptNumber: number | null
  /** Without one it is the time of the report. */
  readonly completedAt: Date | null
  readonly reportedAt: Date
}

export type ReportOutcome =
  | { readonly kind: 'recorded'; readonly attempt: QuizAttempt }
  /** By another attempt: nothing was recorded. */
  | { readonly kind: 'number-taken'; readonly attemptNumber: number }
  | { readonly kind: 'no-number-left' }

/** The largest that an attempt can have, in the events and in the table. */
const LAST_NUMBER = 2_147_483_647

/**
 * Records one attempt and announces it as `quiz.attempted`. Attempts of one learner in one version wait for each other,
 * so numbers are given without gaps or repetition. A repeat of a recorded attempt returns that and announces nothing.
 *
 * @throws WriteConflictError when a consumer recorded the same number in between: the transaction is to be repeated
 */
export async function recordReportedAttempt(tx: Tx, report: ReportedAttempt, cycle: number): Promise<ReportOutcome> {
  const { attemptNumber: named, completedAt, reportedAt, ...attempt } = report
  await query(tx, { text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))' }, [`${attempt.userId}:${attempt.courseVersionId}`])
  const former = (await quizAttemptsOf(tx, attempt)).filter((known) => known.quizId === attempt.quizId)
  const known = former.find((one) => isRepeat(one, report))
  if (known) return { kind: 'recorded', attempt: known }
  const attemptNumber = named ?? Math.max(0, ...former.map((one) => one.attemptNumber)) + 1
  if (former.some((one) => one.attemptNumber === attemptNumber)) return { kind: 'number-taken', attemptNumber }
  if (attemptNumber > LAST_NUMBER) return { kind: 'no-number-left' }
  const recorded = { ...attempt, attemptNumber, completedAt: completedAt ?? reportedAt }
  if ((await writeQuizAttempts(tx, [recorded])).length === 0) throw new WriteConflictError('quiz_attempts')
  await addToOutbox(tx, [quizAttempted(recorded, cycle)])
  return { kind: 'recorded', attempt: recorded }
}

/** The number tells, and without one the time does; what a report does not name cannot contradict. */
function isRepeat(known: QuizAttempt, { attemptNumber, completedAt, score }: ReportedAttempt): boolean {
  const isOneNamed = attemptNumber !== null || completedAt !== null
  const isSameNumber = attemptNumber === null || attemptNumber === known.attemptNumber
  const isSameTime = completedAt === null || completedAt.getTime() === known.completedAt.getTime()
  return isOneNamed && isSameNumber && isSameTime && score === known.score
}

/**
 * Records attempts that another service announced already: nothing is announced again.
 *
 * @returns those that are not recorded, because their number is that of an attempt with another score
 */
export async function recordAnnouncedAttempts(tx: Tx, attempts: readonly QuizAttempt[]): Promise<ReadonlySet<QuizAttempt>> {
  const added = new Set(await writeQuizAttempts(tx, attempts))
  const others = attempts.filter((attempt) => !added.has(attempt))
  const known = await findQuizAttempts(tx, others)
  return new Set(others.filter((attempt) => known.get(quizAttemptKey(attempt))?.score !== attempt.score))
}

function quizAttempted(attempt: QuizAttempt, cycle: number): OutboxEvent {
  const data = {
    user_id: attempt.userId,
    course_version_id: attempt.courseVersionId,
    quiz_id: attempt.quizId,
    attempt_number: attempt.attemptNumber,
  }
  return toOutbox(
    QuizAttemptedV1,
    { id: quizAttemptedId({ ...data, cycle }), source: sourceOf(SERVICE) },
    {
      ...data,
      score: attempt.score,
      is_passed: attempt.passed,
      ...(attempt.startedAt ? { started_at: attempt.startedAt.toISOString() } : {}),
      completed_at: attempt.completedAt.toISOString(),
    },
  )
}
