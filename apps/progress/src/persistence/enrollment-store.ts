import { binaryArray, query, WriteConflictError, type Tx } from '@laurel/postgres'
import type { Enrollment, EnrollmentStatus } from '../domain/enrollment'

/** The key of an enrollment. */
export interface EnrollmentKey {
  readonly userId: string
  readonly courseVersionId: string
}

/** What `enrollments` and `enrollments_archive` have in common. */
export interface EnrollmentRow {
  user_id: string
  course_version_id: string
  enrolled_at: Date
  status: EnrollmentStatus
  completed_at: Date | null
  source_of_enrollment: string | null
  org_id: string | null
  due_at: Date | null
  cycle: number
  cycle_started_at: Date
  revision: string
  requested_at: Date | null
  revoked_completion_id: string | null
  status_reason: string | null
  done_items: Buffer
  progress_percentage: number
}

export function enrollmentKey(key: EnrollmentKey): string {
  return `${key.courseVersionId}:${key.userId}`
}

/** Those of `EnrollmentRow`, in the order of `columnsOf`. */
export const COLUMNS = `user_id, course_version_id, enrolled_at, status, completed_at, source_of_enrollment, org_id, due_at, cycle, cycle_started_at,
                 revision, requested_at, revoked_completion_id, status_reason, done_items, progress_percentage`

const SELECT = `select ${COLUMNS}
                  from unnest($1::uuid[], $2::uuid[]) as k(user_id, course_version_id)
                  join enrollments e using (user_id, course_version_id)`
const FIND = { name: 'enrollment-find', text: SELECT }
const LOCK = { name: 'enrollment-lock', text: `${SELECT} order by e.user_id, e.course_version_id for update of e` }

const NEW = `select ${COLUMNS}
           from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::timestamptz[], $6::text[], $7::uuid[], $8::timestamptz[],
                       $9::int4[], $10::timestamptz[], $11::int8[], $12::timestamptz[], $13::uuid[], $14::text[], $15::bytea[], $16::int2[])
             as n(${COLUMNS})`

const INSERT = {
  name: 'enrollment-insert',
  text: `insert into enrollments (${COLUMNS})
         ${NEW} order by user_id, course_version_id
         on conflict (user_id, course_version_id) do nothing
         returning 1`,
}
const UPDATE = {
  name: 'enrollment-update',
  text: `update enrollments e set
                status = n.status, completed_at = n.completed_at, due_at = n.due_at, cycle = n.cycle,
                cycle_started_at = n.cycle_started_at, revision = n.revision, requested_at = n.requested_at, revoked_completion_id = n.revoked_completion_id,
                status_reason = n.status_reason, done_items = n.done_items, progress_percentage = n.progress_percentage, updated_at = now()
           from (${NEW}) n
          where e.user_id = n.user_id and e.course_version_id = n.course_version_id
         returning 1`,
}
const NOTE = {
  name: 'enrollment-note-request',
  text: `update enrollments e set requested_at = n.requested_at
           from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as n(user_id, course_version_id, requested_at)
          where e.user_id = n.user_id and e.course_version_id = n.course_version_id`,
}

/** The enrollments that are there, by key. A key may be named more than once. */
export function findEnrollments(tx: Tx, keys: readonly EnrollmentKey[]): Promise<Map<string, Enrollment>> {
  return read(tx, FIND, keys)
}

/** The same, locked in key order until the transaction ends. */
export function lockEnrollments(tx: Tx, keys: readonly EnrollmentKey[]): Promise<Map<string, Enrollment>> {
  return read(tx, LOCK, keys)
}

/**
 * Writes enrollments that `lockEnrollments` did not find in the same transaction, each once.
 *
 * @throws WriteConflictError when another transaction inserted one of them in between: the transaction is to be repeated
 */
export function insertEnrollments(tx: Tx, enrollments: readonly Enrollment[]): Promise<void> {
  return write(tx, INSERT, enrollments)
}

/** Writes enrollments that `lockEnrollments` returned in the same transaction, each once. @throws WriteConflictError when one is gone */
export function updateEnrollments(tx: Tx, enrollments: readonly Enrollment[]): Promise<void> {
  return write(tx, UPDATE, enrollments)
}

/** Remembers the last request of enrollments that `lockEnrollments` returned and that it did not change: no revision, no announcement. */
export async function noteRequests(tx: Tx, enrollments: readonly Enrollment[]): Promise<void> {
  if (enrollments.length === 0) return
  await query(tx, NOTE, [
    binaryArray.uuid(enrollments.map((e) => e.userId)),
    binaryArray.uuid(enrollments.map((e) => e.courseVersionId)),
    binaryArray.timestamptz(enrollments.map((e) => e.requestedAt)),
  ])
}

async function write(tx: Tx, statement: typeof INSERT, enrollments: readonly Enrollment[]): Promise<void> {
  if (enrollments.length === 0) return
  const written = await query(tx, statement, columnsOf(enrollments))
  if (written.length !== enrollments.length) throw new WriteConflictError('enrollments')
}

/** One array per column of `EnrollmentRow`, in its order. */
export function columnsOf(enrollments: readonly Enrollment[]): Buffer[] {
  return [
    binaryArray.uuid(enrollments.map((e) => e.userId)),
    binaryArray.uuid(enrollments.map((e) => e.courseVersionId)),
    binaryArray.timestamptz(enrollments.map((e) => e.enrolledAt)),
    binaryArray.text(enrollments.map((e) => e.status)),
    binaryArray.timestamptz(enrollments.map((e) => e.completedAt)),
    binaryArray.text(enrollments.map((e) => e.sourceOfEnrollment)),
    binaryArray.uuid(enrollments.map((e) => e.orgId)),
    binaryArray.timestamptz(enrollments.map((e) => e.dueAt)),
    binaryArray.int4(enrollments.map((e) => e.cycle)),
    binaryArray.timestamptz(enrollments.map((e) => e.cycleStartedAt)),
    binaryArray.int8(enrollments.map((e) => e.revision)),
    binaryArray.timestamptz(enrollments.map((e) => e.requestedAt)),
    binaryArray.uuid(enrollments.map((e) => e.revokedCompletionId)),
    binaryArray.text(enrollments.map((e) => e.statusReason)),
    binaryArray.bytea(enrollments.map((e) => e.doneItems)),
    binaryArray.int2(enrollments.map((e) => e.percentage)),
  ]
}

async function read(tx: Tx, statement: typeof FIND, keys: readonly EnrollmentKey[]): Promise<Map<string, Enrollment>> {
  if (keys.length === 0) return new Map()
  const once = [...new Map(keys.map((key) => [enrollmentKey(key), key])).values()]
  const rows = await query<EnrollmentRow>(tx, statement, [
    binaryArray.uuid(once.map((key) => key.userId)),
    binaryArray.uuid(once.map((key) => key.courseVersionId)),
  ])
  return new Map(rows.map((row) => [`${row.course_version_id}:${row.user_id}`, toEnrollment(row)]))
}

export function toEnrollment(row: EnrollmentRow): Enrollment {
  return {
    userId: row.user_id,
    courseVersionId: row.course_version_id,
    status: row.status,
    enrolledAt: row.enrolled_at,
    completedAt: row.completed_at,
    sourceOfEnrollment: row.source_of_enrollment,
    orgId: row.org_id,
    dueAt: row.due_at,
    cycle: row.cycle,
    cycleStartedAt: row.cycle_started_at,
    revision: Number(row.revision),
    requestedAt: row.requested_at,
    revokedCompletionId: row.revoked_completion_id,
    statusReason: row.status_reason,
    doneItems: row.done_items,
    percentage: row.progress_percentage,
  }
}
