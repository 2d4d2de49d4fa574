import { binaryArray, query, type Tx } from '@laurel/postgres'
import { markKey, type LessonMark } from '../domain/lesson-mark'
import { FOLD_MARK, STATUS_OF_MARK } from './lesson-fold'

export type LessonStatus = 'not_started' | 'in_progress' | 'completed'

/** A lesson's record as it stands. */
export interface LessonProgress {
  readonly userId: string
  readonly courseVersionId: string
  readonly lessonId: string
  readonly status: LessonStatus
  readonly percentage: number
  readonly completedAt: Date | null
}

interface LessonRow {
  user_id: string
  enrolled_course_version_id: string
  lesson_id: string
  status: LessonStatus
  progress_percentage: number
  completed_at: Date | null
}

const UPSERT = `insert into lesson_progress as p (user_id, lesson_id, enrolled_course_version_id, status, progress_percentage, last_accessed_at,
                started_at, completed_at)
         select user_id, lesson_id, course_version_id,
                ${STATUS_OF_MARK},
                percentage, last_accessed_at, started_at, completed_at
           from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::float8[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[])
             as n(user_id, lesson_id, course_version_id, percentage, last_accessed_at, started_at, completed_at)
          order by user_id, lesson_id, course_version_id
         on conflict (user_id, lesson_id, enrolled_course_version_id) do update set ${FOLD_MARK}
         returning user_id, lesson_id, enrolled_course_version_id, new.status as status, new.progress_percentage as progress_percentage,
                   new.completed_at as completed_at, old.completed_at is null and new.completed_at is not null as newly_completed`

const WRITE = {
  all: { name: 'lesson-progress-write', text: UPSERT },
  completed: { name: 'lesson-progress-write-quietly', text: `with written as (${UPSERT}) select * from written where newly_completed` },
}

/** A lesson's record after marks were written. */
export interface WrittenLesson extends LessonProgress {
  /** It became complete by them: true exactly once in the life of a record. */
  readonly newlyCompleted: boolean
}

/**
 * Records marks, each lesson once (see mergeMarks), and returns the records by `markKey`: all of them, or those alone that
 * became complete.
 */
export async function writeLessonMarks(
  tx: Tx,
  marks: readonly LessonMark[],
  returned: keyof typeof WRITE,
): Promise<Map<string, WrittenLesson>> {
  if (marks.length === 0) return new Map()
  const rows = await query<LessonRow & { newly_completed: boolean }>(tx, WRITE[returned], [
    binaryArray.uuid(marks.map((mark) => mark.userId)),
    binaryArray.uuid(marks.map((mark) => mark.lessonId)),
    binaryArray.uuid(marks.map((mark) => mark.courseVersionId)),
    binaryArray.float8(marks.map((mark) => mark.percentage)),
    binaryArray.timestamptz(marks.map((mark) => mark.lastAccessedAt)),
    binaryArray.timestamptz(marks.map((mark) => mark.startedAt)),
    binaryArray.timestamptz(marks.map((mark) => mark.completedAt)),
  ])
  return new Map(
    rows.map((row) => {
      const lesson = { ...toLessonProgress(row), newlyCompleted: row.newly_completed }
      return [markKey(lesson), lesson]
    }),
  )
}

function toLessonProgress(row: LessonRow): LessonProgress {
  return {
    userId: row.user_id,
    courseVersionId: row.enrolled_course_version_id,
    lessonId: row.lesson_id,
    status: row.status,
    percentage: row.progress_percentage,
    completedAt: row.completed_at,
  }
}
