import { createHash } from 'node:crypto'
import { binaryArray, query, type Tx } from '@laurel/postgres'
import type { RowError } from '../domain/history-row'
import { markKey, type LessonMark } from '../domain/lesson-mark'

export type ImportState = 'running' | 'done' | 'stopped'

/** How far an import has got. `rows` = applied + unchanged + rejected; `rowsHash` is the SHA-256 over those rows. */
export interface ImportRun {
  readonly importId: string
  readonly state: ImportState
  readonly rows: number
  readonly rowsHash: Buffer
  readonly applied: number
  readonly unchanged: number
  readonly rejected: number
  readonly startedAt: Date
  readonly updatedAt: Date
}

/** What was wrong with the row of this number; rows are counted from 1, the header left out. */
export interface ImportError extends RowError {
  readonly row: number
}

/** Errors that are kept of one import; all of them are counted. */
export const KEPT_ERRORS = 10_000

interface RunRow {
  import_id: string
  state: ImportState
  rows: number
  rows_hash: Buffer
  applied: number
  unchanged: number
  rejected: number
  started_at: Date
  updated_at: Date
}

const COLUMNS = 'import_id, state, rows, rows_hash, applied, unchanged, rejected, started_at, updated_at'
const FIND = { name: 'import-find', text: `select ${COLUMNS} from import_run where import_id = $1` }
const ENSURE = { name: 'import-ensure', text: 'insert into import_run (import_id, rows_hash) values ($1, $2) on conflict do nothing' }
const LOCK = { name: 'import-lock', text: `${FIND.text} for update` }
const SAVE = {
  name: 'import-save',
  text: `update import_run set state = $2, rows = $3, rows_hash = $4, applied = $5, unchanged = $6, rejected = $7, updated_at = now()
          where import_id = $1 returning ${COLUMNS}`,
}
const ADD_ERRORS = {
  name: 'import-add-errors',
  text: `insert into import_error (import_id, row, field, detail, user_id)
         select $1::uuid, row, field, detail, user_id
           from unnest($2::int4[], $3::text[], $4::text[], $5::uuid[]) as e(row, field, detail, user_id)`,
}
const ERRORS = {
  name: 'import-errors',
  text: 'select row, field, detail from import_error where import_id = $1 and row > $2 order by row limit $3',
}
const KNOWN_MARKS = {
  name: 'import-known-marks',
  text: `select user_id, enrolled_course_version_id, lesson_id, progress_percentage, started_at, last_accessed_at, completed_at
           from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as k(user_id, lesson_id, enrolled_course_version_id)
           join lesson_progress using (user_id, lesson_id, enrolled_course_version_id)`,
}

/** An import that nothing was read of yet. */
export function newRun(importId: string, now: Date): ImportRun {
  const nothing = { rows: 0, rowsHash: createHash('sha256').digest(), applied: 0, unchanged: 0, rejected: 0 }
  return { importId, state: 'running', ...nothing, startedAt: now, updatedAt: now }
}

export async function findRun(tx: Tx, importId: string): Promise<ImportRun | null> {
  const [row] = await query<RunRow>(tx, FIND, [importId])
  return row ? toRun(row) : null
}

/** The import, locked until the transaction ends; it is made where it is not there yet. */
export async function lockRun(tx: Tx, importId: string): Promise<ImportRun> {
  await query(tx, ENSURE, [importId, newRun(importId, new Date(0)).rowsHash])
  const [row] = await query<RunRow>(tx, LOCK, [importId])
  return toRun(row!)
}

/** Writes an import that `lockRun` returned in the same transaction. */
export async function saveRun(tx: Tx, run: ImportRun): Promise<ImportRun> {
  const { importId, state, rows, rowsHash, applied, unchanged, rejected } = run
  const [row] = await query<RunRow>(tx, SAVE, [importId, state, rows, rowsHash, applied, unchanged, rejected])
  return toRun(row!)
}

/** Keeps errors, with the learner that each row names, so that an erasure finds them. */
export async function addErrors(tx: Tx, importId: string, errors: readonly (ImportError & { userId: string | null })[]): Promise<void> {
  if (errors.length === 0) return
  await query(tx, ADD_ERRORS, [
    importId,
    binaryArray.int4(errors.map((error) => error.row)),
    binaryArray.text(errors.map((error) => error.field)),
    binaryArray.text(errors.map((error) => error.detail)),
    binaryArray.uuid(errors.map((error) => error.userId)),
  ])
}

/** The kept errors of rows after this one, in their order. */
export async function errorsAfter(tx: Tx, importId: string, row: number, limit: number): Promise<ImportError[]> {
  return query<{ row: number; field: string | null; detail: string }>(tx, ERRORS, [importId, row, limit])
}

/** What is recorded of these lessons, by `markKey`. A lesson may be named more than once. */
export async function knownMarks(tx: Tx, lessons: readonly LessonMark[]): Promise<Map<string, LessonMark>> {
  const once = [...new Map(lessons.map((lesson) => [markKey(lesson), lesson])).values()]
  if (once.length === 0) return new Map()
  const rows = await query<MarkRow>(tx, KNOWN_MARKS, [
    binaryArray.uuid(once.map((lesson) => lesson.userId)),
    binaryArray.uuid(once.map((lesson) => lesson.lessonId)),
    binaryArray.uuid(once.map((lesson) => lesson.courseVersionId)),
  ])
  return new Map(rows.map(toMark).map((mark) => [markKey(mark), mark]))
}

interface MarkRow {
  user_id: string
  enrolled_course_version_id: string
  lesson_id: string
  progress_percentage: number
  started_at: Date | null
  last_accessed_at: Date
  completed_at: Date | null
}

function toMark(row: MarkRow): LessonMark {
  return {
    userId: row.user_id,
    courseVersionId: row.enrolled_course_version_id,
    lessonId: row.lesson_id,
    percentage: row.progress_percentage,
    startedAt: row.started_at ?? row.last_accessed_at,
    lastAccessedAt: row.last_accessed_at,
    completedAt: row.completed_at,
  }
}

function toRun(row: RunRow): ImportRun {
  const { import_id, rows_hash, started_at, updated_at, ...same } = row
  return { ...same, importId: import_id, rowsHash: rows_hash, startedAt: started_at, updatedAt: updated_at }
}
