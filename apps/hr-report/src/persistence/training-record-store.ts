import { query, type Tx } from '@laurel/postgres'
import type { TrainingRecord } from '../domain/training-record'

/** A completion as its event tells it. */
export interface RecordedCompletion {
  readonly completion_id: string
  readonly user_id: string
  readonly course_version_id: string
  readonly course_id: string
  readonly cycle: number
  readonly completed_at: string
  readonly score: number | null
  readonly org_id: string | null
}

const COMPLETIONS = `rows from (jsonb_to_recordset($1::jsonb) as (completion_id uuid, user_id uuid, course_version_id uuid,
                     course_id uuid, cycle integer, completed_at timestamptz, score double precision, org_id uuid))
                     with ordinality as e(completion_id, user_id, course_version_id, course_id, cycle, completed_at, score, org_id, n)`

const ADD = {
  name: 'training-records-add',
  text: `insert into training_records (completion_id, user_id, course_version_id, course_id, cycle, completed_at, score, org_id)
         select completion_id, user_id, course_version_id, course_id, cycle, completed_at, score, org_id
           from ${COMPLETIONS} order by completion_id, n
         on conflict do nothing`,
}

// A second statement: one does not see its own inserts.
const MISFITS = {
  name: 'training-records-misfits',
  text: `select (n - 1)::int as index from ${COMPLETIONS}
          where not exists (select 1 from training_records r
                             where r.completion_id = e.completion_id and r.user_id = e.user_id
                               and r.course_version_id = e.course_version_id and r.cycle = e.cycle)
          order by n`,
}

/**
 * Records completions; those known already, and repeats among them, change nothing.
 *
 * @returns the positions of those that contradict what is recorded: another completion of the same enrollment and
 *   cycle, or the same completion_id for another one
 */
export async function addTrainingRecords(tx: Tx, completions: readonly RecordedCompletion[]): Promise<number[]> {
  const json = JSON.stringify(completions)
  await query(tx, ADD, [json])
  const misfits = await query<{ index: number }>(tx, MISFITS, [json])
  return misfits.map(({ index }) => index)
}

const TAKE_READY = {
  name: 'training-records-take-ready',
  text: `update training_records r set queued_at = now()
           from course_versions v
          where v.course_version_id = r.course_version_id and v.published_at is not null
            and r.course_version_id = any($1::uuid[]) and r.queued_at is null
         returning r.completion_id`,
}

/** The completions of these versions, where the version is known, that were never returned before: to be pushed. */
export async function takeReady(tx: Tx, courseVersionIds: readonly string[]): Promise<string[]> {
  const rows = await query<{ completion_id: string }>(tx, TAKE_READY, [courseVersionIds])
  return rows.map((row) => row.completion_id)
}

const FIND = {
  name: 'training-records-find',
  text: `select r.completion_id as "completionId", r.user_id as "userId", r.course_id as "courseId",
                r.course_version_id as "courseVersionId", r.cycle, r.completed_at as "completedAt", r.score,
                r.org_id as "orgId", v.title as "courseTitle", v.course_code as "courseCode",
                v.credit_hours as "creditHours", r.pushed_at as "pushedAt"
           from training_records r join course_versions v using (course_version_id)
          where r.completion_id = $1 and v.published_at is not null`,
}

/** A record with all that a push needs; undefined when it or its version is unknown. */
export async function findToPush(tx: Tx, completionId: string): Promise<(TrainingRecord & { pushedAt: Date | null }) | undefined> {
  const [record] = await query<TrainingRecord & { pushedAt: Date | null }>(tx, FIND, [completionId])
  return record
}

const MARK_PUSHED = {
  name: 'training-records-mark-pushed',
  text: `update training_records set pushed_at = now(), hr_record_id = $2 where completion_id = $1 and pushed_at is null`,
}

/** HR has the record, under this id of its own if it gave one. The first push counts. */
export async function markPushed(tx: Tx, completionId: string, hrRecordId: string | null): Promise<void> {
  await query(tx, MARK_PUSHED, [completionId, hrRecordId])
}

/** A record as it is shown; the course is null while its version has not arrived. */
export interface ListedRecord extends Omit<TrainingRecord, 'courseTitle'> {
  readonly courseTitle: string | null
  readonly pushedAt: Date | null
}

const LIST = {
  name: 'training-records-list',
  text: `select r.completion_id as "completionId", r.user_id as "userId", r.course_id as "courseId",
                r.course_version_id as "courseVersionId", r.cycle, r.completed_at as "completedAt", r.score,
                r.org_id as "orgId", v.title as "courseTitle", v.course_code as "courseCode",
                v.credit_hours as "creditHours", r.pushed_at as "pushedAt"
           from training_records r join course_versions v using (course_version_id)
          where r.user_id = $1 order by r.completed_at desc, r.completion_id limit $2`,
}

/** A learner's records, latest first. */
export function listTrainingRecords(tx: Tx, userId: string, limit: number): Promise<ListedRecord[]> {
  return query<ListedRecord>(tx, LIST, [userId, limit])
}

export interface TrainingRecordCounts {
  readonly records: number
  /** Taken by HR. */
  readonly pushed: number
  /** Not pushed because their course version has not arrived. */
  readonly waiting: number
}

const COUNT = {
  name: 'training-records-count',
  text: `select count(*)::int as records, count(pushed_at)::int as pushed,
                count(*) filter (where queued_at is null)::int as waiting from training_records`,
}

export async function countTrainingRecords(tx: Tx): Promise<TrainingRecordCounts> {
  const [counts] = await query<TrainingRecordCounts>(tx, COUNT)
  return counts!
}
