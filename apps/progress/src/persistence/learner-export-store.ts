import { query, type Tx } from '@laurel/postgres'

/** A list of the export: which rows of a table are the learner's, and the unique key that they are read in the order of. */
export interface ExportedList {
  readonly name: string
  readonly table: string
  readonly columns: string
  /** Columns of the key and their types, beside the user_id. */
  readonly key: Readonly<Record<string, 'uuid' | 'integer' | 'varchar'>>
}

const STANDING = `course_version_id, enrolled_at, status, status_reason, completed_at, source_of_enrollment, org_id, due_at, cycle,
                  cycle_started_at, requested_at, progress_percentage, created_at, updated_at`
const LESSON = 'lesson_id, enrolled_course_version_id, status, progress_percentage, last_accessed_at, started_at, completed_at'
const ATTEMPT = 'quiz_id, enrolled_course_version_id, attempt_number, score, is_passed, started_at, completed_at, answers_snapshot'
const LESSON_KEY = { lesson_id: 'uuid', enrolled_course_version_id: 'uuid' } as const
const ATTEMPT_KEY = { quiz_id: 'uuid', enrolled_course_version_id: 'uuid', attempt_number: 'integer' } as const

/** The learner's record, which they may see themselves. */
export const RECORD_LISTS: readonly ExportedList[] = [
  { name: 'enrollments', table: 'enrollments', columns: STANDING, key: { course_version_id: 'uuid' } },
  { name: 'lesson_progress', table: 'lesson_progress', columns: LESSON, key: LESSON_KEY },
  { name: 'quiz_attempts', table: 'quiz_attempts', columns: ATTEMPT, key: ATTEMPT_KEY },
  {
    name: 'enrollments_archive',
    table: 'enrollments_archive',
    columns: `${STANDING}, closed_at`,
    key: { course_version_id: 'uuid', cycle: 'integer' },
  },
  {
    name: 'lesson_progress_archive',
    table: 'lesson_progress_archive',
    columns: `cycle, ${LESSON}`,
    key: { ...LESSON_KEY, cycle: 'integer' },
  },
  {
    name: 'quiz_attempts_archive',
    table: 'quiz_attempts_archive',
    columns: `cycle, ${ATTEMPT}`,
    key: { ...ATTEMPT_KEY, cycle: 'integer' },
  },
]

/** What the service keeps beside it to do its work. */
export const WORKING_LISTS: readonly ExportedList[] = [
  { name: 'idempotency_keys', table: 'idempotency_key', columns: 'key, response, created_at', key: { key: 'varchar' } },
  { name: 'import_errors', table: 'import_error', columns: 'import_id, row, field, detail', key: { import_id: 'uuid', row: 'integer' } },
]

/** A row as the export holds it: its columns, times as Dates. */
export type ExportedRow = Readonly<Record<string, unknown>>

/** The next rows of a list, after the one given or from the beginning. */
export function exportPage(tx: Tx, list: ExportedList, userId: string, after: ExportedRow | null, limit: number): Promise<ExportedRow[]> {
  const names = Object.keys(list.key)
  const order = names.join(', ')
  const place = names.map((name, index) => `$${index + 3}::${list.key[name]!}`).join(', ')
  const text = `select ${list.columns} from ${list.table}
                 where user_id = $1 ${after ? `and (${order}) > (${place})` : ''} order by ${order} limit $2`
  return query<ExportedRow>(tx, { text }, [userId, limit, ...(after ? names.map((name) => after[name]) : [])])
}
