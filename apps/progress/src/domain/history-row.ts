import { EnrollmentRequestedV1, isUuid, LessonProgressedV1, QuizAttemptedV1, type Parsed } from '@laurel/contracts'
import { asUtc } from './history-row-time'

interface Key {
  readonly userId: string
  readonly courseVersionId: string
}

export interface EnrollmentRow extends Key {
  readonly record: 'enrollment'
  readonly enrolledAt: Date
  readonly sourceOfEnrollment: string | null
  readonly orgId: string | null
  readonly dueAt: Date | null
  readonly isCancelled: boolean
}

export interface LessonRow extends Key {
  readonly record: 'lesson'
  readonly lessonId: string
  readonly percentage: number
  readonly occurredAt: Date
}

export interface QuizAttemptRow extends Key {
  readonly record: 'quiz_attempt'
  readonly quizId: string
  readonly attemptNumber: number
  readonly score: number
  readonly startedAt: Date | null
  readonly completedAt: Date
}

/** One row of history, valid by itself; whether it fits what is known is another matter. */
export type HistoryRow = EnrollmentRow | LessonRow | QuizAttemptRow

/** What is wrong with a row. `field` is null when the row as a whole is at fault. */
export interface RowError {
  readonly field: string | null
  readonly detail: string
}

export type ReadRow =
  | { readonly ok: true; readonly row: HistoryRow }
  /** `userId` is the learner that the row names, where it names one. */
  | { readonly ok: false; readonly error: RowError; readonly userId: string | null }

const COMMON = ['record', 'user_id', 'course_version_id']
const FIELDS: Readonly<Record<HistoryRow['record'], readonly string[]>> = {
  enrollment: [...COMMON, 'enrolled_at', 'source_of_enrollment', 'org_id', 'due_at', 'status'],
  lesson: [...COMMON, 'lesson_id', 'progress_percentage', 'occurred_at'],
  quiz_attempt: [...COMMON, 'quiz_id', 'attempt_number', 'score', 'started_at', 'completed_at'],
}
const RECORDS = Object.keys(FIELDS) as HistoryRow['record'][]
const NUMBERS = new Set(['progress_percentage', 'attempt_number', 'score'])
const TIMES = ['enrolled_at', 'due_at', 'occurred_at', 'started_at', 'completed_at']
/** History has happened; a due date alone may lie ahead. */
const PAST = TIMES.filter((field) => field !== 'due_at')
const LONGEST_NAME = 100

/** The columns that every CSV file has. */
export const REQUIRED_COLUMNS: readonly string[] = COMMON
/** All columns that a CSV file may have, in any order. */
export const KNOWN_COLUMNS: ReadonlySet<string> = new Set(RECORDS.flatMap((record) => FIELDS[record]))

/** The fields of a CSV record: empty cells are left out, numbers are read where a number belongs. */
export function fieldsOfCells(columns: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const named = columns.map((column, index) => [column, cells[index]!] as const).filter(([, cell]) => cell !== '')
  const valueOf = (column: string, cell: string) => (NUMBERS.has(column) && /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell)
  return Object.fromEntries(named.map(([column, cell]) => [column, valueOf(column, cell)]))
}

/**
 * Reads one row: `record` says what it is, and what the contract of the event it stands for says of a field holds here.
 * Null counts as left out; UUIDs may be in any case and times in any zone. The first fault found is the row's.
 */
export function readHistoryRow(given: Readonly<Record<string, unknown>>, now: Date): ReadRow {
  const fields = canonical(given)
  const refuse = (field: string | null, detail: string): ReadRow => {
    const userId = fields['user_id']
    return { ok: false, error: { field, detail }, userId: typeof userId === 'string' && isUuid(userId) ? userId : null }
  }
  const record = RECORDS.find((name) => name === fields['record'])
  if (record === undefined) return refuse('record', `must be one of ${RECORDS.join(', ')}`)
  const unknown = Object.keys(fields).find((field) => !FIELDS[record].includes(field))
  if (unknown !== undefined) return refuse(unknown.slice(0, LONGEST_NAME), `is not a field of record ${record}`)
  const parsed = parse(record, fields)
  if (!parsed.ok) {
    const { field, detail } = errorOf(parsed.reason)
    return refuse(field, detail)
  }
  const future = PAST.find((field) => typeof fields[field] === 'string' && new Date(fields[field]) > now)
  if (future !== undefined) return refuse(future, 'must not lie in the future')
  return { ok: true, row: parsed.data }
}

function canonical(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const present = Object.entries(given).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(
    present.map(([field, value]) => {
      if (TIMES.includes(field)) return [field, asUtc(value)]
      return [field, field.endsWith('_id') && typeof value === 'string' ? value.toLowerCase() : value]
    }),
  )
}

function parse(record: HistoryRow['record'], fields: Readonly<Record<string, unknown>>): Parsed<HistoryRow> {
  switch (record) {
    case 'enrollment':
      return parseEnrollment(fields)
    case 'lesson':
      return then(LessonProgressedV1.parse(fields), (data) => ({
        record,
        ...keyOf(data),
        lessonId: data.lesson_id,
        percentage: data.progress_percentage,
        occurredAt: new Date(data.occurred_at),
      }))
    case 'quiz_attempt':
      return then(QuizAttemptedV1.parse({ ...fields, is_passed: false }), (data) => ({
        record,
        ...keyOf(data),
        quizId: data.quiz_id,
        attemptNumber: data.attempt_number,
        score: data.score,
        startedAt: data.started_at === undefined ? null : new Date(data.started_at),
        completedAt: new Date(data.completed_at),
      }))
    default:
      return record satisfies never
  }
}

function parseEnrollment({ status = 'active', enrolled_at, ...fields }: Readonly<Record<string, unknown>>): Parsed<HistoryRow> {
  if (status === 'completed') {
    const reason =
      'status completed is decided from lessons and quiz attempts, never imported: leave it out and import those that completed the course'
    return { ok: false, reason }
  }
  if (status !== 'active' && status !== 'cancelled_by_user') return { ok: false, reason: 'status must be active or cancelled_by_user' }
  const parsed = EnrollmentRequestedV1.parse({ ...fields, action: 'enroll', requested_at: enrolled_at })
  if (!parsed.ok) return { ok: false, reason: parsed.reason.replace(/^requested_at /, 'enrolled_at ') }
  return then(parsed, (data) => ({
    record: 'enrollment',
    ...keyOf(data),
    enrolledAt: new Date(data.requested_at),
    sourceOfEnrollment: data.source_of_enrollment ?? null,
    orgId: data.org_id ?? null,
    dueAt: data.due_at === undefined ? null : new Date(data.due_at),
    isCancelled: status === 'cancelled_by_user',
  }))
}

function then<T>(parsed: Parsed<T>, toRow: (data: T) => HistoryRow): Parsed<HistoryRow> {
  return parsed.ok ? { ok: true, data: toRow(parsed.data) } : parsed
}

function keyOf(data: { readonly user_id: string; readonly course_version_id: string }): Key {
  return { userId: data.user_id, courseVersionId: data.course_version_id }
}

/**
 * A contract's reason begins with its field. What the file said is not repeated: errors are kept, and a value in the
 * wrong column may be anything about anybody.
 */
function errorOf(reason: string): RowError {
  const [, field, detail] = /^(\S+) (.*?)( \(got .*\))?$/s.exec(reason)!
  return { field: field!, detail: detail! }
}
