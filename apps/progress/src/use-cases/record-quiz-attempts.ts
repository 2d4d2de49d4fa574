import { QuizAttemptedV1, quizAttemptedId, sourceOf } from '@laurel/contracts'
import { passes, type Rule } from '@laurel/course-rule'
import { addToOutbox, toOutbox } from '@laurel/messaging'
import { query, type Tx } from '@laurel/postgres'
import { quizAttemptsOf, writeQuizAttempts, type QuizAttempt } from '../persistence/quiz-attempt-store'
import { SERVICE } from '../service-name'

/** Whether a score passes this quiz of the version. */
export function isPassed(rule: Rule, quizId: string, score: number): boolean {
  const item = rule.items[rule.ordinalOf.get(quizId)!]!
  return item.kind === 'quiz' && passes(score, item.passThreshold)
}

/** An attempt as a learner's gateway reports it; without a number it gets the next one. */
export type ReportedAttempt = Omit<QuizAttempt, 'attemptNumber'> & { readonly attemptNumber: number | null }

/**
 * Records one attempt and announces it as `quiz.attempted`. Attempts of one learner in one version wait for each other,
 * so numbers are given without gaps or repetition. A repeat of a recorded attempt returns that; one whose number is
 * taken by another attempt is not recorded: null.
 */
export async function recordReportedAttempt(tx: Tx, attempt: ReportedAttempt, cycle: number): Promise<QuizAttempt | null> {
  await query(tx, { text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))' }, [`${attempt.userId}:${attempt.courseVersionId}`])
  const former = (await quizAttemptsOf(tx, attempt)).filter((known) => known.quizId === attempt.quizId)
  const attemptNumber = attempt.attemptNumber ?? Math.max(0, ...former.map((known) => known.attemptNumber)) + 1
  const namesake = former.find((known) => known.attemptNumber === attemptNumber)
  if (namesake) return isRepeat(namesake, attempt) ? namesake : null
  const recorded = { ...attempt, attemptNumber }
  await writeQuizAttempts(tx, [recorded])
  const data = {
    user_id: recorded.userId,
    course_version_id: recorded.courseVersionId,
    quiz_id: recorded.quizId,
    attempt_number: recorded.attemptNumber,
  }
  const event = toOutbox(QuizAttemptedV1, { id: quizAttemptedId({ ...data, cycle }), source: sourceOf(SERVICE) }, {
    ...data,
    score: recorded.score,
    is_passed: recorded.passed,
    ...(recorded.startedAt ? { started_at: recorded.startedAt.toISOString() } : {}),
    completed_at: recorded.completedAt.toISOString(),
  })
  await addToOutbox(tx, [event])
  return recorded
}

function isRepeat(known: QuizAttempt, attempt: ReportedAttempt): boolean {
  return known.score === attempt.score && known.completedAt.getTime() === attempt.completedAt.getTime()
}
