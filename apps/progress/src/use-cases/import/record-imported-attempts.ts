import { QuizAttemptedV1, quizAttemptedId, sourceOf } from '@laurel/contracts'
import { addToOutbox, toOutbox, type OutboxEvent } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { findQuizAttempts, quizAttemptKey, type QuizAttempt } from '../../persistence/quiz-attempt-store'
import { SERVICE } from '../../service-name'
import { recordAnnouncedAttempts, type PlacedAttempt } from '../record-quiz-attempts'

export interface ImportedAttempts {
  /** Those that are recorded by it. */
  readonly added: ReadonlySet<QuizAttempt>
  /** Those that are not recorded, because their number is that of an attempt with another score. */
  readonly contradicting: ReadonlySet<QuizAttempt>
}

/**
 * Records attempts of enrollments that are locked in this transaction, and announces each new one of the open cycle once, as
 * `quiz.attempted` with the deterministic id of the fact. Of several with one number the first counts.
 */
export async function recordImportedAttempts(tx: Tx, placed: readonly PlacedAttempt[]): Promise<ImportedAttempts> {
  const known = await findQuizAttempts(
    tx,
    placed.map(({ attempt }) => attempt),
  )
  const contradicting = await recordAnnouncedAttempts(tx, placed)
  const isLate = ({ attempt, standing }: PlacedAttempt) => attempt.completedAt < standing.cycleStartedAt
  const seen = new Set(known.keys())
  const open = placed
    .filter((one) => !isLate(one))
    .filter(({ attempt }) => !seen.has(quizAttemptKey(attempt)) && seen.add(quizAttemptKey(attempt)))
  await addToOutbox(tx, open.map(quizAttempted))
  const late = placed.filter(isLate).filter(({ attempt }) => !contradicting.has(attempt))
  return { added: new Set([...open, ...late].map(({ attempt }) => attempt)), contradicting }
}

function quizAttempted({ attempt, standing }: PlacedAttempt): OutboxEvent {
  const data = {
    user_id: attempt.userId,
    course_version_id: attempt.courseVersionId,
    quiz_id: attempt.quizId,
    attempt_number: attempt.attemptNumber,
  }
  return toOutbox(
    QuizAttemptedV1,
    { id: quizAttemptedId({ ...data, cycle: standing.cycle }), source: sourceOf(SERVICE) },
    {
      ...data,
      score: attempt.score,
      is_passed: attempt.passed,
      ...(attempt.startedAt ? { started_at: attempt.startedAt.toISOString() } : {}),
      completed_at: attempt.completedAt.toISOString(),
    },
  )
}
