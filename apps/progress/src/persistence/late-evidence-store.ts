import { binaryArray, query, type Tx } from '@laurel/postgres'
import type { LessonMark } from '../domain/lesson-mark'
import { FOLD_MARK, STATUS_OF_MARK } from './lesson-fold'
import { quizAttemptKey, type QuizAttempt, type QuizAttemptKey } from './quiz-attempt-store'

/** The closed cycle that something belongs to. */
export interface InCycle {
  readonly cycle: number
}

const WRITE_MARKS = {
  name: 'late-marks-write',
  text: `insert into lesson_progress_archive as p (user_id, lesson_id, enrolled_course_version_id, cycle, status, progress_percentage,
                last_accessed_at, started_at, completed_at)
         select user_id, lesson_id, course_version_id, cycle,
                ${STATUS_OF_MARK},
                percentage, last_accessed_at, started_at, completed_at
           from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int4[], $5::float8[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[])
             as n(user_id, lesson_id, course_version_id, cycle, percentage, last_accessed_at, started_at, completed_at)
          order by user_id, lesson_id, course_version_id, cycle
         on conflict (user_id, lesson_id, enrolled_course_version_id, cycle) do update set ${FOLD_MARK}`,
}
const WRITE_ATTEMPTS = {
  name: 'late-attempts-write',
  text: `insert into quiz_attempts_archive (user_id, quiz_id, enrolled_course_version_id, cycle, attempt_number, score, is_passed, started_at,
                completed_at, answers_snapshot)
         select user_id, quiz_id, course_version_id, cycle, attempt_number, score, is_passed, started_at, completed_at, answers::jsonb
           from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int4[], $5::int4[], $6::float8[], $7::bool[], $8::timestamptz[],
                       $9::timestamptz[], $10::text[]) with ordinality
             as n(user_id, quiz_id, course_version_id, cycle, attempt_number, score, is_passed, started_at, completed_at, answers, n)
          order by user_id, quiz_id, course_version_id, cycle, attempt_number, n
         on conflict on constraint uq_quiz_attempt_archive do nothing`,
}
const FIND_SCORES = {
  name: 'late-attempts-scores',
  text: `select user_id, quiz_id, enrolled_course_version_id, cycle, attempt_number, score
           from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int4[], $5::int4[])
             as k(user_id, quiz_id, enrolled_course_version_id, cycle, attempt_number)
           join quiz_attempts_archive using (user_id, quiz_id, enrolled_course_version_id, cycle, attempt_number)`,
}

interface ScoreRow {
  user_id: string
  quiz_id: string
  enrolled_course_version_id: string
  cycle: number
  attempt_number: number
  score: number
}

export function archivedAttemptKey(key: QuizAttemptKey & InCycle): string {
  return `${quizAttemptKey(key)}:${key.cycle}`
}

/** Records marks of closed cycles, each lesson of a cycle once (see mergeMarks). */
export async function writeLateMarks(tx: Tx, marks: readonly (LessonMark & InCycle)[]): Promise<void> {
  if (marks.length === 0) return
  await query(tx, WRITE_MARKS, [
    binaryArray.uuid(marks.map((mark) => mark.userId)),
    binaryArray.uuid(marks.map((mark) => mark.lessonId)),
    binaryArray.uuid(marks.map((mark) => mark.courseVersionId)),
    binaryArray.int4(marks.map((mark) => mark.cycle)),
    binaryArray.float8(marks.map((mark) => mark.percentage)),
    binaryArray.timestamptz(marks.map((mark) => mark.lastAccessedAt)),
    binaryArray.timestamptz(marks.map((mark) => mark.startedAt)),
    binaryArray.timestamptz(marks.map((mark) => mark.completedAt)),
  ])
}

/**
 * Records attempts of closed cycles; of one number the first stays.
 *
 * @returns the score that is recorded for each, by `archivedAttemptKey`
 */
export async function writeLateAttempts(tx: Tx, attempts: readonly (QuizAttempt & InCycle)[]): Promise<Map<string, number>> {
  if (attempts.length === 0) return new Map()
  const keys = [
    binaryArray.uuid(attempts.map((attempt) => attempt.userId)),
    binaryArray.uuid(attempts.map((attempt) => attempt.quizId)),
    binaryArray.uuid(attempts.map((attempt) => attempt.courseVersionId)),
    binaryArray.int4(attempts.map((attempt) => attempt.cycle)),
    binaryArray.int4(attempts.map((attempt) => attempt.attemptNumber)),
  ]
  await query(tx, WRITE_ATTEMPTS, [
    ...keys,
    binaryArray.float8(attempts.map((attempt) => attempt.score)),
    binaryArray.bool(attempts.map((attempt) => attempt.passed)),
    binaryArray.timestamptz(attempts.map((attempt) => attempt.startedAt)),
    binaryArray.timestamptz(attempts.map((attempt) => attempt.completedAt)),
    binaryArray.text(attempts.map((attempt) => (attempt.answers === null ? null : JSON.stringify(attempt.answers)))),
  ])
  const rows = await query<ScoreRow>(tx, FIND_SCORES, keys)
  return new Map(rows.map((row) => [archivedAttemptKey(toKey(row)), row.score]))
}

function toKey(row: ScoreRow): QuizAttemptKey & InCycle {
  return {
    userId: row.user_id,
    quizId: row.quiz_id,
    courseVersionId: row.enrolled_course_version_id,
    attemptNumber: row.attempt_number,
    cycle: row.cycle,
  }
}
