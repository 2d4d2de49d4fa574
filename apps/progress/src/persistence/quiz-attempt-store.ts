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
  /** What was answered, as the learner's player sent it. */
  readonly answers: Readonly<Record<string, unknown>> | null
}

const WRITE = {
  name: 'quiz-attempt-write',
  text: `insert into quiz_attempts (user_id, quiz_id, enrolled_course_version_id, attempt_number, score, is_passed, started_at, completed_at,
                answers_snapshot)
         select user_id, quiz_id, course_version_id, attempt_number, score, is_passed, started_at, completed_at, answers_snapshot::jsonb
           from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int4[], $5::float8[], $6::bool[], $7::timestamptz[], $8::timestamptz[],
                       $9::text[])
             as n(user_id, quiz_id, course_version_id, attempt_number, score, is_passed, started_at, completed_at, answers_snapshot)
          order by user_id, quiz_id, course_version_id, attempt_number
         on conflict on constraint uq_quiz_attempt do nothing
         returning user_id, quiz_id, enrolled_course_version_id, attempt_number`,
}
const OF_ENROLLMENT = {
  name: 'quiz-attempt-of-enrollment',
  text: `select user_id, quiz_id, enrolled_course_version_id, attempt_number, score, is_passed, started_at, completed_at,
                answers_snapshot
           from quiz_attempts where user_id = $1 and enrolled_course_version_id = $2 order by quiz_id, attempt_number`,
}

const FIND = {
  name: 'quiz-attempt-find',
  text: `select user_id, quiz_id, enrolled_course_version_id, attempt_number, score, is_passed, started_at, completed_at,
                answers_snapshot
           from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int4[]) as k(user_id, quiz_id, enrolled_course_version_id, attempt_number)
           join quiz_attempts using (user_id, quiz_id, enrolled_course_version_id, attempt_number)`,
}

interface AttemptKeyRow {
  user_id: string
  quiz_id: string
  enrolled_course_version_id: string
  attempt_number: number
}

interface AttemptRow extends AttemptKeyRow {
  score: number
  is_passed: boolean
  started_at: Date | null
  completed_at: Date
  answers_snapshot: Record<string, unknown> | null
}

/** Learner, quiz, version and number: what an attempt is recorded once under. */
export type QuizAttemptKey = Pick<QuizAttempt, 'userId' | 'quizId' | 'courseVersionId' | 'attemptNumber'>

export function quizAttemptKey(key: QuizAttemptKey): string {
  return `${key.userId}:${key.quizId}:${key.courseVersionId}:${key.attemptNumber}`
}

/** Records attempts; of one number the first stays. Returns those that were new. */
export async function writeQuizAttempts(tx: Tx, attempts: readonly QuizAttempt[]): Promise<QuizAttempt[]> {
  if (attempts.length === 0) return []
  const unique = [...new Map(attempts.toReversed().map((attempt) => [quizAttemptKey(attempt), attempt])).values()].toReversed()
  const rows = await query<AttemptKeyRow>(tx, WRITE, [
    binaryArray.uuid(unique.map((attempt) => attempt.userId)),
    binaryArray.uuid(unique.map((attempt) => attempt.quizId)),
    binaryArray.uuid(unique.map((attempt) => attempt.courseVersionId)),
    binaryArray.int4(unique.map((attempt) => attempt.attemptNumber)),
    binaryArray.float8(unique.map((attempt) => attempt.score)),
    binaryArray.bool(unique.map((attempt) => attempt.passed)),
    binaryArray.timestamptz(unique.map((attempt) => attempt.startedAt)),
    binaryArray.timestamptz(unique.map((attempt) => attempt.completedAt)),
    binaryArray.text(unique.map((attempt) => attempt.answers && JSON.stringify(attempt.answers))),
  ])
  const added = new Set(rows.map((row) => quizAttemptKey(toKey(row))))
  return unique.filter((attempt) => added.has(quizAttemptKey(attempt)))
}

/** The recorded attempts of these numbers, by key. A key may be named more than once. */
export async function findQuizAttempts(tx: Tx, keys: readonly QuizAttemptKey[]): Promise<Map<string, QuizAttempt>> {
  if (keys.length === 0) return new Map()
  const rows = await query<AttemptRow>(tx, FIND, [
    binaryArray.uuid(keys.map((key) => key.userId)),
    binaryArray.uuid(keys.map((key) => key.quizId)),
    binaryArray.uuid(keys.map((key) => key.courseVersionId)),
    binaryArray.int4(keys.map((key) => key.attemptNumber)),
  ])
  return new Map(rows.map(toAttempt).map((attempt) => [quizAttemptKey(attempt), attempt]))
}

/** Every attempt of an enrollment, by quiz and number. */
export async function quizAttemptsOf(tx: Tx, key: EnrollmentKey): Promise<QuizAttempt[]> {
  const rows = await query<AttemptRow>(tx, OF_ENROLLMENT, [key.userId, key.courseVersionId])
  return rows.map(toAttempt)
}

function toKey(row: AttemptKeyRow): QuizAttemptKey {
  return {
    userId: row.user_id,
    courseVersionId: row.enrolled_course_version_id,
    quizId: row.quiz_id,
    attemptNumber: row.attempt_number,
  }
}

function toAttempt(row: AttemptRow): QuizAttempt {
  return {
    ...toKey(row),
    score: row.score,
    passed: row.is_passed,
    startedAt: row.started_at,
    completedAt: row.completed_at,
    answers: row.answers_snapshot,
  }
}
