import { binaryArray, query, type Tx } from '@laurel/postgres'
import type { Enrollment } from '../domain/enrollment'
import { COLUMNS, columnsOf, toEnrollment, type EnrollmentKey, type EnrollmentRow } from './enrollment-store'

/** An enrollment as it stood in a cycle that is over. */
export interface ClosedCycle {
  readonly enrollment: Enrollment
  /** The start of the next cycle. */
  readonly closedAt: Date
}

const ADD = {
  name: 'archive-add',
  text: `insert into enrollments_archive (${COLUMNS}, closed_at, created_at)
         select ${COLUMNS}, n.closed_at, e.created_at
           from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::timestamptz[], $6::text[], $7::uuid[], $8::timestamptz[],
                       $9::int4[], $10::timestamptz[], $11::int8[], $12::timestamptz[], $13::uuid[], $14::text[], $15::bytea[], $16::int2[],
                       $17::timestamptz[]) as n(${COLUMNS}, closed_at)
           join (select user_id, course_version_id, created_at from enrollments) e using (user_id, course_version_id)`,
}
const SETTLE = {
  name: 'archive-settle',
  text: `update enrollments_archive a set status = n.status, completed_at = n.completed_at, revoked_completion_id = n.revoked_completion_id,
                status_reason = n.status_reason, updated_at = now()
           from unnest($1::uuid[], $2::uuid[], $3::int4[], $4::text[], $5::timestamptz[], $6::uuid[], $7::text[])
             as n(user_id, course_version_id, cycle, status, completed_at, revoked_completion_id, status_reason)
          where a.user_id = n.user_id and a.course_version_id = n.course_version_id and a.cycle = n.cycle`,
}
const FIND = {
  name: 'archive-find',
  text: `select ${COLUMNS}, closed_at
           from unnest($1::uuid[], $2::uuid[]) as k(user_id, course_version_id)
           join enrollments_archive using (user_id, course_version_id)
          order by user_id, course_version_id, cycle`,
}
// One statement reads both tables, so that a cycle that is closed meanwhile is seen once.
const HISTORY = {
  name: 'archive-history',
  text: `select ${COLUMNS}, null::timestamptz as closed_at from enrollments where user_id = $1 and course_version_id = $2
         union all
         select ${COLUMNS}, closed_at from enrollments_archive where user_id = $1 and course_version_id = $2
         order by cycle desc`,
}
const LAST_EVIDENCE = {
  name: 'archive-last-evidence',
  text: `select k.user_id, k.course_version_id, greatest(l.at, q.at) as at
           from unnest($1::uuid[], $2::uuid[]) as k(user_id, course_version_id)
          cross join lateral (select max(last_accessed_at) as at from lesson_progress p
                               where p.user_id = k.user_id and p.enrolled_course_version_id = k.course_version_id) l
          cross join lateral (select max(completed_at) as at from quiz_attempts t
                               where t.user_id = k.user_id and t.enrolled_course_version_id = k.course_version_id) q
          where l.at is not null or q.at is not null`,
}
const MOVE_LESSONS = {
  name: 'archive-move-lessons',
  text: `with moved as (
           delete from lesson_progress p using unnest($1::uuid[], $2::uuid[], $3::int4[]) as k(user_id, course_version_id, cycle)
            where p.user_id = k.user_id and p.enrolled_course_version_id = k.course_version_id
           returning p.*, k.cycle)
         insert into lesson_progress_archive (user_id, lesson_id, enrolled_course_version_id, cycle, status, progress_percentage,
                last_accessed_at, started_at, completed_at)
         select user_id, lesson_id, enrolled_course_version_id, cycle, status, progress_percentage, last_accessed_at, started_at, completed_at
           from moved`,
}
const MOVE_ATTEMPTS = {
  name: 'archive-move-attempts',
  text: `with moved as (
           delete from quiz_attempts t using unnest($1::uuid[], $2::uuid[], $3::int4[]) as k(user_id, course_version_id, cycle)
            where t.user_id = k.user_id and t.enrolled_course_version_id = k.course_version_id
           returning t.*, k.cycle)
         insert into quiz_attempts_archive (id, user_id, quiz_id, enrolled_course_version_id, cycle, attempt_number, score, is_passed, started_at,
                completed_at, answers_snapshot)
         select id, user_id, quiz_id, enrolled_course_version_id, cycle, attempt_number, score, is_passed, started_at, completed_at,
                answers_snapshot
           from moved`,
}

/** Keeps cycles that were closed; their enrollments are written and locked in this transaction. */
export async function addClosedCycles(tx: Tx, closed: readonly ClosedCycle[]): Promise<void> {
  if (closed.length === 0) return
  await query(tx, ADD, [
    ...columnsOf(closed.map(({ enrollment }) => enrollment)),
    binaryArray.timestamptz(closed.map(({ closedAt }) => closedAt)),
  ])
}

/** Moves the lessons and quiz attempts of these enrollments, each named once, into the archive of the named cycle. */
export async function moveEvidence(tx: Tx, cycles: readonly Pick<Enrollment, 'userId' | 'courseVersionId' | 'cycle'>[]): Promise<void> {
  if (cycles.length === 0) return
  const values = [...keysOf(cycles), binaryArray.int4(cycles.map(({ cycle }) => cycle))]
  await query(tx, MOVE_LESSONS, values)
  await query(tx, MOVE_ATTEMPTS, values)
}

/** The latest event time that the open cycle of each enrollment has a record of, by `enrollmentKey`. */
export async function lastEvidence(tx: Tx, keys: readonly EnrollmentKey[]): Promise<Map<string, Date>> {
  if (keys.length === 0) return new Map()
  const rows = await query<{ user_id: string; course_version_id: string; at: Date }>(tx, LAST_EVIDENCE, keysOf(keys))
  return new Map(rows.map((row) => [`${row.course_version_id}:${row.user_id}`, row.at]))
}

/** The closed cycles of these enrollments, oldest first. A key may be named more than once. */
export async function closedCycles(tx: Tx, keys: readonly EnrollmentKey[]): Promise<ClosedCycle[]> {
  if (keys.length === 0) return []
  const once = [...new Map(keys.map((key) => [`${key.courseVersionId}:${key.userId}`, key])).values()]
  const rows = await query<EnrollmentRow & { closed_at: Date }>(tx, FIND, keysOf(once))
  return rows.map((row) => ({ enrollment: toEnrollment(row), closedAt: row.closed_at }))
}

/** Every cycle of an enrollment, the open one among them, newest first. */
export async function cyclesOf(tx: Tx, key: EnrollmentKey): Promise<{ enrollment: Enrollment; closedAt: Date | null }[]> {
  const rows = await query<EnrollmentRow & { closed_at: Date | null }>(tx, HISTORY, [key.userId, key.courseVersionId])
  return rows.map((row) => ({ enrollment: toEnrollment(row), closedAt: row.closed_at }))
}

/** Writes the outcome of closed cycles anew: status with its reason, completion and revoked completion. */
export async function settleClosedCycles(tx: Tx, enrollments: readonly Enrollment[]): Promise<void> {
  if (enrollments.length === 0) return
  await query(tx, SETTLE, [
    ...keysOf(enrollments),
    binaryArray.int4(enrollments.map((e) => e.cycle)),
    binaryArray.text(enrollments.map((e) => e.status)),
    binaryArray.timestamptz(enrollments.map((e) => e.completedAt)),
    binaryArray.uuid(enrollments.map((e) => e.revokedCompletionId)),
    binaryArray.text(enrollments.map((e) => e.statusReason)),
  ])
}

function keysOf(keys: readonly EnrollmentKey[]): [Buffer, Buffer] {
  return [binaryArray.uuid(keys.map((key) => key.userId)), binaryArray.uuid(keys.map((key) => key.courseVersionId))]
}
