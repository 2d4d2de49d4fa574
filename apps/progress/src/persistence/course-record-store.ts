import { query, type Tx } from '@laurel/postgres'
import type { Enrollment } from '../domain/enrollment'
import type { EnrollmentKey } from './enrollment-store'
import type { LessonStatus } from './lesson-progress-store'

/** What is recorded of one enrollment's open cycle. */
export interface CourseRecord {
  readonly enrollment: Pick<
    Enrollment,
    'status' | 'statusReason' | 'cycle' | 'doneItems' | 'percentage' | 'enrolledAt' | 'completedAt' | 'dueAt'
  >
  /** Lessons that have a record, by id. */
  readonly lessons: ReadonlyMap<string, LessonRecord>
  /** By quiz and number. */
  readonly attempts: readonly AttemptRecord[]
}

export interface LessonRecord {
  readonly lessonId: string
  readonly status: LessonStatus
  readonly percentage: number
  readonly startedAt: Date | null
  readonly lastAccessedAt: Date
  readonly completedAt: Date | null
}

export interface AttemptRecord {
  readonly quizId: string
  readonly attemptNumber: number
  readonly score: number
  readonly passed: boolean
  readonly startedAt: Date | null
  readonly completedAt: Date
}

// One statement, so that the enrollment and its rows are of one moment.
const OF_ENROLLMENT = {
  name: 'course-record',
  text: `select status, status_reason, cycle, done_items, progress_percentage, enrolled_at, completed_at, due_at,
                (select json_agg(l) from (
                   select lesson_id, status, progress_percentage, started_at, last_accessed_at, completed_at
                     from lesson_progress where user_id = $1 and enrolled_course_version_id = $2) l) as lessons,
                (select json_agg(q) from (
                   select quiz_id, attempt_number, score, is_passed, started_at, completed_at
                     from quiz_attempts where user_id = $1 and enrolled_course_version_id = $2 order by quiz_id, attempt_number) q) as attempts
           from enrollments where user_id = $1 and course_version_id = $2`,
}

interface RecordRow {
  readonly status: Enrollment['status']
  readonly status_reason: string | null
  readonly cycle: number
  readonly done_items: Buffer
  readonly progress_percentage: number
  readonly enrolled_at: Date
  readonly completed_at: Date | null
  readonly due_at: Date | null
  readonly lessons: readonly LessonJson[] | null
  readonly attempts: readonly AttemptJson[] | null
}

interface LessonJson {
  readonly lesson_id: string
  readonly status: LessonStatus
  readonly progress_percentage: number
  readonly started_at: string | null
  readonly last_accessed_at: string
  readonly completed_at: string | null
}

interface AttemptJson {
  readonly quiz_id: string
  readonly attempt_number: number
  readonly score: number
  readonly is_passed: boolean
  readonly started_at: string | null
  readonly completed_at: string
}

/** Undefined when the enrollment is not there, or not to be seen in this transaction. */
export async function findCourseRecord(tx: Tx, key: EnrollmentKey): Promise<CourseRecord | undefined> {
  const [row] = await query<RecordRow>(tx, OF_ENROLLMENT, [key.userId, key.courseVersionId])
  if (row === undefined) return undefined
  return {
    enrollment: {
      status: row.status,
      statusReason: row.status_reason,
      cycle: row.cycle,
      doneItems: row.done_items,
      percentage: row.progress_percentage,
      enrolledAt: row.enrolled_at,
      completedAt: row.completed_at,
      dueAt: row.due_at,
    },
    lessons: new Map((row.lessons ?? []).map((lesson) => [lesson.lesson_id, toLesson(lesson)])),
    attempts: (row.attempts ?? []).map(toAttempt),
  }
}

function toLesson(json: LessonJson): LessonRecord {
  return {
    lessonId: json.lesson_id,
    status: json.status,
    percentage: json.progress_percentage,
    startedAt: toDate(json.started_at),
    lastAccessedAt: new Date(json.last_accessed_at),
    completedAt: toDate(json.completed_at),
  }
}

function toAttempt(json: AttemptJson): AttemptRecord {
  return {
    quizId: json.quiz_id,
    attemptNumber: json.attempt_number,
    score: json.score,
    passed: json.is_passed,
    startedAt: toDate(json.started_at),
    completedAt: new Date(json.completed_at),
  }
}

function toDate(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}
