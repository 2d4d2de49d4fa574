import { hash } from 'node:crypto'
import { binaryArray, query, type Tx } from '@laurel/postgres'

/** How many rows of each kind an erasure removed. */
export interface ErasedRows {
  readonly lesson_progress: number
  readonly quiz_attempts: number
  readonly lesson_progress_archive: number
  readonly quiz_attempts_archive: number
  readonly idempotency_keys: number
  readonly parked_events: number
  readonly import_errors: number
  /** Enrollments, of closed cycles too, that nobody's id is on any more. */
  readonly enrollments_pseudonymised: number
}

/** One key for all learners: writers share it, an erasure has it alone. */
const LOCK_KEY = "hashtextextended('erased_learner.' || current_schema(), 0)"
const SHARE = { name: 'erasure-share', text: `select pg_advisory_xact_lock_shared(${LOCK_KEY})` }
const ALONE = { name: 'erasure-alone', text: `select pg_advisory_xact_lock(${LOCK_KEY})` }
const FIND = { name: 'erased-find', text: 'select user_hash, erased_at from erased_learner where user_hash = any($1::bytea[])' }
// Finds and counts in one; of several events of one learner each counts.
const PASS_OVER = {
  name: 'erased-pass-over',
  text: `update erased_learner e set passed_over = e.passed_over + n.events
           from (select user_hash, count(*) as events from unnest($1::bytea[]) as k(user_hash) group by user_hash order by user_hash) n
          where e.user_hash = n.user_hash
         returning e.user_hash`,
}
const ADD = { name: 'erased-add', text: 'insert into erased_learner (user_hash, erased_at) values ($1, $2) on conflict do nothing' }

// What is kept for statistics says nothing that a topic says of a learner too: no moment but the day, no revision, no id
// that is made of the learner's. The pseudonym is another for each course version.
const ANONYMOUS = `
  user_id = p.id, enrolled_at = date_trunc('day', enrolled_at, 'UTC'), completed_at = date_trunc('day', completed_at, 'UTC'),
  cycle_started_at = date_trunc('day', cycle_started_at, 'UTC'), created_at = date_trunc('day', created_at, 'UTC'),
  updated_at = date_trunc('day', now(), 'UTC'), due_at = null, requested_at = null, revoked_completion_id = null,
  status_reason = null, revision = 1`
const PSEUDONYMISE = {
  text: `
    with pseudonym as materialized (
      select course_version_id, gen_random_uuid() as id
        from (select course_version_id from enrollments where user_id = $1
              union select course_version_id from enrollments_archive where user_id = $1) v),
    closed as (
      update enrollments_archive e set ${ANONYMOUS}, closed_at = date_trunc('day', closed_at, 'UTC')
        from pseudonym p where e.user_id = $1 and e.course_version_id = p.course_version_id returning 1),
    open as (
      update enrollments e set ${ANONYMOUS}
        from pseudonym p where e.user_id = $1 and e.course_version_id = p.course_version_id returning 1)
    select (select count(*) from open)::int + (select count(*) from closed)::int as n`,
}
const PARKED = {
  text: 'select id, topic, reason, parked_at, payload from parked_event where position($1::bytea in payload) > 0 order by id',
}
const REMOVE_PARKED = {
  text: 'with gone as (delete from parked_event where id = any($1::int8[]) returning 1) select count(*)::int as n from gone',
}

/** When a learner was erased; null for one who was not. */
export async function erasedAt(tx: Tx, userId: string): Promise<Date | null> {
  const [row] = await query<{ erased_at: Date }>(tx, FIND, [binaryArray.bytea([hashOf(userId)])])
  return row?.erased_at ?? null
}

/**
 * Those of these learners who were erased: nothing is to be recorded of them again. From here until the transaction ends
 * nobody is erased; an erasure waits for it, and it for an erasure. Where rows of the learner were locked before, that can
 * be a deadlock, which Postgres ends and the caller repeats.
 */
export function erasedAmong(tx: Tx, userIds: readonly string[]): Promise<Set<string>> {
  return erased(tx, FIND, userIds)
}

/** The same for events that are not recorded because of it, one id for each: they are counted. */
export function passOverErased(tx: Tx, userIds: readonly string[]): Promise<Set<string>> {
  return erased(tx, PASS_OVER, userIds)
}

async function erased(tx: Tx, statement: typeof FIND, userIds: readonly string[]): Promise<Set<string>> {
  if (userIds.length === 0) return new Set()
  const hashes = userIds.map(hashOf)
  const byHash = new Map(userIds.map((userId, index) => [hashes[index]!.toString('hex'), userId]))
  // A statement of its own: the next one sees what was committed while this one waited.
  await query(tx, SHARE)
  const rows = await query<{ user_hash: Buffer }>(tx, statement, [binaryArray.bytea(hashes)])
  return new Set(rows.map((row) => byHash.get(row.user_hash.toString('hex'))!))
}

/**
 * Removes what is held of a learner, takes their id off what is kept, and remembers by a hash that they were erased. Every
 * other transaction that called `erasedAmong` has ended before.
 */
export async function eraseLearnerRows(tx: Tx, userId: string, at: Date): Promise<ErasedRows> {
  await query(tx, ALONE)
  await query(tx, ADD, [hashOf(userId), at])
  return {
    lesson_progress: await remove(tx, 'lesson_progress', userId),
    quiz_attempts: await remove(tx, 'quiz_attempts', userId),
    lesson_progress_archive: await remove(tx, 'lesson_progress_archive', userId),
    quiz_attempts_archive: await remove(tx, 'quiz_attempts_archive', userId),
    idempotency_keys: await remove(tx, 'idempotency_key', userId),
    parked_events: await removeParked(tx, userId),
    import_errors: await remove(tx, 'import_error', userId),
    enrollments_pseudonymised: await count(tx, PSEUDONYMISE, [userId]),
  }
}

type OwnedTable =
  'lesson_progress' | 'quiz_attempts' | 'lesson_progress_archive' | 'quiz_attempts_archive' | 'idempotency_key' | 'import_error'

function remove(tx: Tx, table: OwnedTable, userId: string): Promise<number> {
  return count(tx, { text: `with gone as (delete from ${table} where user_id = $1 returning 1) select count(*)::int as n from gone` }, [
    userId,
  ])
}

async function removeParked(tx: Tx, userId: string): Promise<number> {
  const theirs = await parkedOf(tx, userId)
  return count(tx, REMOVE_PARKED, [binaryArray.int8(theirs.map(({ id }) => BigInt(id)))])
}

interface ParkedRow {
  id: string
  topic: string
  reason: string
  parked_at: Date
  payload: Buffer
}

/** Their contract has read them before they were parked, so each is a JSON object. One that only mentions the id is somebody else's. */
async function parkedOf(tx: Tx, userId: string) {
  const rows = await query<ParkedRow>(tx, PARKED, [Buffer.from(userId)])
  return rows
    .map(({ payload, ...row }) => ({ ...row, data: JSON.parse(payload.toString()) as EventData }))
    .filter(({ data }) => data.user_id === userId)
}

type EventData = Readonly<Record<string, unknown>> & { readonly user_id?: unknown }

/** An event about a learner that waits for its course version or enrollment. */
export interface ParkedEvent {
  readonly topic: string
  readonly reason: string
  readonly parked_at: Date
  readonly data: Readonly<Record<string, unknown>>
}

export async function parkedEventsOf(tx: Tx, userId: string): Promise<ParkedEvent[]> {
  return (await parkedOf(tx, userId)).map(({ id, ...event }) => event)
}

async function count(tx: Tx, statement: { text: string }, values: readonly unknown[]): Promise<number> {
  const [row] = await query<{ n: number }>(tx, statement, values)
  return row!.n
}

function hashOf(userId: string): Buffer {
  return hash('sha256', userId, 'buffer')
}
