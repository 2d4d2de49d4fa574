import { query, type Tx } from '@laurel/postgres'
import { LEARNER_COLUMNS, type Learner } from './learner-store'

/** A learner whom a platform can be asked about. */
export interface CheckableLearner extends Learner {
  readonly email: string
  /** The platform's own id of the learner; null until it was told. */
  readonly externalLearnerId: string | null
}

const CHECKABLE = `${LEARNER_COLUMNS}, l.external_learner_id as "externalLearnerId"`
const IS_DUE = `l.is_active and l.enrollment_status = 'enrolled' and l.platform = any($1::text[])
                and (l.last_completion_check is null or l.last_completion_check < $2)`

const DUE = {
  name: 'learners-due',
  text: `select ${CHECKABLE} from learners l where ${IS_DUE} order by l.last_completion_check nulls first, l.id limit $3`,
}

/** Learners on these platforms who were not checked since `before`, the longest unchecked first. */
export function findDue(tx: Tx, platforms: readonly string[], before: Date, limit: number): Promise<CheckableLearner[]> {
  return query<CheckableLearner>(tx, DUE, [platforms, before, limit])
}

/** How far the checks have got. */
export interface Backlog {
  readonly due: number
  /** The oldest last check of those due; null when nobody is due, or when somebody was never checked. */
  readonly uncheckedSince: Date | null
}

const BACKLOG = {
  name: 'learners-backlog',
  text: `select count(*)::int as due,
                case when bool_and(l.last_completion_check is not null) then min(l.last_completion_check) end as "uncheckedSince"
           from learners l where ${IS_DUE}`,
}

export async function readBacklog(tx: Tx, platforms: readonly string[], before: Date): Promise<Backlog> {
  const [backlog] = await query<Backlog>(tx, BACKLOG, [platforms, before])
  return backlog!
}

/** One learner of a course, in any of its versions: by our id or by e-mail, in any case. */
export type WhichLearner = { readonly courseId: string } & ({ readonly userId: string } | { readonly email: string })

const OF_COURSE = {
  name: 'learners-of-course',
  text: `select ${CHECKABLE} from learners l
          where l.course_id = $1 and (l.user_id = $2::uuid or lower(l.email) = lower($3)) and l.platform = any($4::text[])
          order by l.id`,
}

/** The rows of one learner in a course on these platforms; some may have no e-mail yet. */
export function findInCourse(
  tx: Tx,
  which: WhichLearner,
  platforms: readonly string[],
): Promise<(Omit<CheckableLearner, 'email'> & { email: string | null })[]> {
  const [userId, email] = 'userId' in which ? [which.userId, null] : [null, which.email]
  return query(tx, OF_COURSE, [which.courseId, userId, email, platforms])
}

/** What a check found. */
export interface CheckResult {
  readonly checkedAt: Date
  /** The course is complete for the open cycle. */
  readonly isHit: boolean
  /** When the platform says, or when it was found. */
  readonly completedAt: Date | null
  /** The platform's evidence of a hit, at most 5,000 characters. */
  readonly completionData: string | null
  /** As the platform told it, if it did. */
  readonly externalLearnerId: string | null
}

const RECORD = {
  name: 'learners-record-check',
  text: `update learners set last_completion_check = $2, last_check_error = null,
                external_learner_id = coalesce($6, external_learner_id),
                enrollment_status = case when $3 then 'completed' else enrollment_status end,
                completion_date = case when $3 then $4 else completion_date end,
                completion_data = case when $3 then $5 else completion_data end
          where id = $1`,
}

export async function recordCheck(tx: Tx, id: string, result: CheckResult): Promise<void> {
  const { checkedAt, isHit, completedAt, completionData, externalLearnerId } = result
  await query(tx, RECORD, [id, checkedAt, isHit, completedAt, completionData, externalLearnerId])
}

const RECORD_MISS = {
  name: 'learners-record-miss',
  text: `update learners set last_completion_check = $2, last_check_error = $3 where id = $1`,
}

/** A check without an answer counts as one, so that the learner goes to the end of the line instead of blocking it. */
export async function recordMiss(tx: Tx, id: string, checkedAt: Date, reason: string): Promise<void> {
  await query(tx, RECORD_MISS, [id, checkedAt, reason])
}
