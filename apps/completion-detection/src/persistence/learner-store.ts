import { binaryArray, query, type Tx } from '@laurel/postgres'

/** Someone enrolled in a course version that also runs as a course of an external platform. */
export interface Learner {
  readonly id: string
  readonly platform: string
  readonly externalCourseId: string
  readonly courseVersionId: string
  readonly userId: string
  /** Null until the Directory has told it. */
  readonly email: string | null
}

/** How a platform names a learner in one of its courses: by e-mail, in any case, or by an id: the one that it gave them, or ours. */
export interface WantedLearner {
  readonly platform: string
  readonly externalCourseId: string
  readonly email?: string
  readonly externalId?: string
}

export const LEARNER_COLUMNS = `l.id, l.platform, l.external_course_id as "externalCourseId", l.course_version_id as "courseVersionId",
                l.user_id as "userId", l.email`

const FIND = {
  name: 'learners-find',
  text: `select w.n::int as n, ${LEARNER_COLUMNS}
           from unnest($1::text[], $2::text[], $3::text[], $4::text[])
                with ordinality as w(platform, external_course_id, email, external_id, n)
           join learners l on l.platform = w.platform and l.external_course_id = w.external_course_id
                and (lower(l.email) = lower(w.email) or l.external_learner_id = w.external_id or l.user_id::text = lower(w.external_id))
          order by w.n, l.id`,
}

/** The learners whom each entry names, one list per entry: none, or as many as have course versions on that course. */
export async function findLearners(tx: Tx, wanted: readonly WantedLearner[]): Promise<Learner[][]> {
  const rows = await query<Learner & { n: number }>(tx, FIND, [
    binaryArray.text(wanted.map((one) => one.platform)),
    binaryArray.text(wanted.map((one) => one.externalCourseId)),
    binaryArray.text(wanted.map((one) => one.email ?? null)),
    binaryArray.text(wanted.map((one) => one.externalId ?? null)),
  ])
  const found = Map.groupBy(rows, (row) => row.n)
  return wanted.map((_, i) => (found.get(i + 1) ?? []).map(({ n: _n, ...learner }) => learner))
}

/** What the newest event of an enrollment says of its learner in one platform course. */
export interface FollowedLearner {
  readonly platform: string
  readonly externalCourseId: string
  readonly courseVersionId: string
  readonly courseId: string
  readonly userId: string
  readonly cycle: number
  readonly revision: number
  /** Only active ones are checked. */
  readonly isActive: boolean
  /** Set for an enrollment that is completed, however that came. */
  readonly completedAt: Date | null
}

/** A later cycle is a new start: whatever the platform said before was about the cycle that has ended. */
const FOLLOW = {
  name: 'learners-follow',
  text: `insert into learners as l (platform, external_course_id, course_version_id, course_id, user_id, cycle, revision, is_active,
                enrollment_status, completion_date)
         select platform, external_course_id, course_version_id, course_id, user_id, cycle, revision, is_active,
                case when completed_at is null then 'pending' else 'completed' end::enrollment_status, completed_at
           from unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::int4[], $7::int8[], $8::bool[], $9::timestamptz[])
             as e(platform, external_course_id, course_version_id, course_id, user_id, cycle, revision, is_active, completed_at)
          order by course_version_id, user_id, platform, external_course_id
         on conflict (course_version_id, user_id, platform, external_course_id) do update set
                cycle = excluded.cycle, revision = excluded.revision, is_active = excluded.is_active,
                enrollment_status = case
                  when excluded.enrollment_status = 'completed' then excluded.enrollment_status
                  when l.cycle = excluded.cycle then l.enrollment_status
                  when l.email is null then 'pending' else 'enrolled' end,
                completion_date = case when l.cycle = excluded.cycle then coalesce(l.completion_date, excluded.completion_date)
                  else excluded.completion_date end,
                completion_data = case when l.cycle = excluded.cycle then l.completion_data end
          where l.revision < excluded.revision and l.cycle <= excluded.cycle
         returning l.id, l.email is null and (old.id is null or old.cycle < l.cycle) as unresolved`,
}

/**
 * Takes over what is newer than what is known; each enrollment and platform course at most once.
 *
 * @returns the ids of those whose e-mail is to be asked for: new ones, and those of a new cycle who have none
 */
export async function followLearnerRows(tx: Tx, learners: readonly FollowedLearner[]): Promise<string[]> {
  const rows = await query<{ id: string; unresolved: boolean }>(tx, FOLLOW, [
    binaryArray.text(learners.map((one) => one.platform)),
    binaryArray.text(learners.map((one) => one.externalCourseId)),
    binaryArray.uuid(learners.map((one) => one.courseVersionId)),
    binaryArray.uuid(learners.map((one) => one.courseId)),
    binaryArray.uuid(learners.map((one) => one.userId)),
    binaryArray.int4(learners.map((one) => one.cycle)),
    binaryArray.int8(learners.map((one) => one.revision)),
    binaryArray.bool(learners.map((one) => one.isActive)),
    binaryArray.timestamptz(learners.map((one) => one.completedAt)),
  ])
  return rows.filter((row) => row.unresolved).map((row) => row.id)
}

const UNRESOLVED = {
  name: 'learners-unresolved',
  text: 'select user_id as "userId" from learners where id = $1 and email is null',
}

/** The user id of a learner without an e-mail; null when there is one, or no such learner. */
export async function findUnresolved(tx: Tx, id: string): Promise<string | null> {
  const [row] = await query<{ userId: string }>(tx, UNRESOLVED, [id])
  return row?.userId ?? null
}

const RESOLVE = {
  name: 'learners-resolve',
  text: `update learners l set email = $2,
                enrollment_status = case when enrollment_status = 'completed' then enrollment_status else 'enrolled' end
          where id = $1 and email is null returning ${LEARNER_COLUMNS}`,
}

/** Whom the platform knows by this address; a learner who is not completed becomes `enrolled`. Null when that was done before. */
export async function resolveEmail(tx: Tx, id: string, email: string): Promise<Learner | null> {
  const [learner] = await query<Learner>(tx, RESOLVE, [id, email])
  return learner ?? null
}

const FAIL = {
  name: 'learners-fail',
  text: `update learners set enrollment_status = 'enrollment_failed' where id = $1 and enrollment_status = 'pending'`,
}

/** The Directory does not know them: without an address they cannot be found on the platform. */
export async function failEnrollment(tx: Tx, id: string): Promise<void> {
  await query(tx, FAIL, [id])
}
