import { binaryArray, query, type Tx } from '@laurel/postgres'
import type { Enrollment, EnrollmentStatus } from '../domain/enrollment'
import type { EnrollmentKey } from './enrollment-store'

export interface RosterFilter {
  /** When given, only enrollments of this organisation. */
  readonly orgId: string | null
  readonly status: EnrollmentStatus | null
  /** 0-100, both included, of the percentage as shown: 100 for a completed enrollment. */
  readonly minPercentage: number
  readonly maxPercentage: number
}

export type RosterRow = Pick<
  Enrollment,
  | 'userId'
  | 'courseVersionId'
  | 'orgId'
  | 'status'
  | 'statusReason'
  | 'sourceOfEnrollment'
  | 'cycle'
  | 'doneItems'
  | 'percentage'
  | 'enrolledAt'
  | 'completedAt'
  | 'dueAt'
>

/** Comes before all ids: nobody is the nil UUID (RFC 9562, section 5.9). */
const NIL = '00000000-0000-0000-0000-000000000000'

// Version by version, so that each page begins at its place in the index. The filters are one condition that the planner
// does not try to estimate: taking what is asked for to be rare, it would read and sort the whole course for each page.
const PAGE = {
  name: 'roster-page',
  text: `select e.*
           from (select id from unnest($1::uuid[]) v(id) where id >= $2 order by id offset 0) v
          cross join lateral (
                 select user_id, course_version_id, org_id, status, status_reason, source_of_enrollment, cycle, done_items,
                        progress_percentage, enrolled_at, completed_at, due_at
                   from enrollments
                  where course_version_id = v.id and user_id > case when v.id = $2 then $3::uuid else '${NIL}' end
                    and case when org_id is distinct from coalesce($4::uuid, org_id) then false
                             when status <> coalesce($5::text, status) then false
                             when status = 'completed' then $7::int = 100
                             else progress_percentage between $6::int and $7::int end
                  order by user_id limit $8) e
          order by v.id, e.user_id limit $8`,
}

interface RosterSqlRow {
  readonly user_id: string
  readonly course_version_id: string
  readonly org_id: string | null
  readonly status: EnrollmentStatus
  readonly status_reason: string | null
  readonly source_of_enrollment: string | null
  readonly cycle: number
  readonly done_items: Buffer
  readonly progress_percentage: number
  readonly enrolled_at: Date
  readonly completed_at: Date | null
  readonly due_at: Date | null
}

/**
 * The next enrollments in these course versions after `after` (null: from the first), by course version and learner, at
 * most `limit`. A key never changes, so pages neither repeat nor miss one, whatever is enrolled meanwhile.
 *
 * Reads one range of idx_enrollments_course_version per version, from the key on, and stops when the page is full: the
 * last page costs what the first does. Rows that a filter leaves out are read on the way.
 */
export async function rosterPage(
  tx: Tx,
  courseVersionIds: readonly string[],
  filter: RosterFilter,
  after: EnrollmentKey | null,
  limit: number,
): Promise<RosterRow[]> {
  const { userId, courseVersionId } = after ?? { userId: NIL, courseVersionId: NIL }
  const { orgId, status, minPercentage, maxPercentage } = filter
  const ids = binaryArray.uuid(courseVersionIds)
  const rows = await query<RosterSqlRow>(tx, PAGE, [ids, courseVersionId, userId, orgId, status, minPercentage, maxPercentage, limit])
  return rows.map((row) => ({
    userId: row.user_id,
    courseVersionId: row.course_version_id,
    orgId: row.org_id,
    status: row.status,
    statusReason: row.status_reason,
    sourceOfEnrollment: row.source_of_enrollment,
    cycle: row.cycle,
    doneItems: row.done_items,
    percentage: row.progress_percentage,
    enrolledAt: row.enrolled_at,
    completedAt: row.completed_at,
    dueAt: row.due_at,
  }))
}
