import { binaryArray, query, type Tx } from '@laurel/postgres'
import type { EnrollmentKey } from './enrollment-store'

/** One finished attempt; `passed` is computed from the version's threshold. */
export interface QuizAttempt {
  readonly userId: string
  readonly courseVersionId: string
  readonly quizId: string
  readonly attemptNumber: number
  readonly score: number
  readonly passed: boolean
  readonly startedAt: Date | null
  readonly completedAt: Date
}

const WRITE = {
  name: 'quiz-attempt-write',
  text: `insert into quiz_attempts (user_id, quiz_id, enrolled_course_version_id, attempt_number, score, is_passed, started_at, completed_at)
         select user_id, quiz_id, course_version_id, attempt_number, score, is_passed, started_at, completed_at
           from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int4[], $5::float8[], $6::bool[], $7::timestamptz[], $8::timestamptz[])
             as n(user_id, quiz_id, course_version_id, attempt_number, score, is_passed, started_at, completed_at)
          order by user_id, quiz_id, course_version_id, attempt_number
         on conflict on constraint uq_quiz_attempt do nothing
         returning user_id, quiz_id, enrolled_course_version_id, attempt_number`,
}
const OF_ENROLLMENT = {
  name: 'quiz-attempt-of-enrollment',
  text: `select quiz_id, attempt_number, score, is_passed, started_at, completed_at
           from quiz_attempts where user_id = $1 and enrolled_course_version_id = $2 order by quiz_id, attempt_number`,
}

interface AttemptRow {
  quiz_id: string
  attempt_number: number
  score: number
  is_passed: boolean
  started_at: Date | null
  completed_at: Date
}

/** Records attempts; of one number the first stays. Returns those that were new. */
export async function writeQuizAttempts(tx: Tx, attempts: readonly QuizAttempt[]): Promise<QuizAttempt[]> {
  if (attempts.length === 0) return []
  const unique = [...new Map(attempts.toReversed().map((attempt) => [attemptKey(attempt), attempt])).values()].toReversed()
  const rows = await query<AttemptRow & { user_id: string; enrolled_course_version_id: string }>(tx, WRITE, [
    binaryArray.uuid(unique.map((attempt) => attempt.userId)),
    binaryArray.uuid(unique.map((attempt) => attempt.quizId)),
    binaryArray.uuid(unique.map((attempt) => attempt.courseVersionId)),
    binaryArray.int4(unique.map((attempt) => attempt.attemptNumber)),
    binaryArray.float8(unique.map((attempt) => attempt.score)),
    binaryArray.bool(unique.map((attempt) => attempt.passed)),
    binaryArray.timestamptz(unique.map((attempt) => attempt.startedAt)),
    binaryArray.timestamptz(unique.map((attempt) => attempt.completedAt)),
  ])
  const added = new Set(rows.map((row) => `${row.user_id}:${row.quiz_id}:${row.enrolled_course_version_id}:${row.attempt_number}`))
  return unique.filter((attempt) => added.has(attemptKey(attempt)))
}

/** Every attempt of an enrollment, by quiz and number. */
export async function quizAttemptsOf(tx: Tx, key: EnrollmentKey): Promise<QuizAttempt[]> {
  const rows = await query<AttemptRow>(tx, OF_ENROLLMENT, [key.userId, key.courseVersionId])
  return rows.map((row) => ({
    ...key,
    quizId: row.quiz_id,
    attemptNumber: row.attempt_number,
    score: row.score,
    passed: row.is_passed,
    startedAt: row.started_at,
    completedAt: row.completed_at,
  }))
}

function attemptKey(attempt: QuizAttempt): string {
  return `${attempt.userId}:${attempt.quizId}:${attempt.courseVersionId}:${attempt.attemptNumber}`
}
