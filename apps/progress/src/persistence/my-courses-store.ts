import { binaryArray, query, type Tx } from '@laurel/postgres'
import type { Enrollment, EnrollmentStatus } from '../domain/enrollment'

/** Where a page of a learner's courses begins: after this enrollment. */
export interface MyCoursesKey {
  /** Microseconds since 1970, as a decimal: a Date would lose three digits. */
  readonly enrolledAtMicros: string
  readonly courseVersionId: string
}

export interface MyCoursesFilter {
  readonly userId: string
  /** When given, only enrollments of this organisation. */
  readonly orgId: string | null
  readonly status: EnrollmentStatus | null
}

export type MyCourse = Pick<
  Enrollment,
  'courseVersionId' | 'orgId' | 'status' | 'cycle' | 'doneItems' | 'percentage' | 'enrolledAt' | 'completedAt' | 'dueAt'
> &
  MyCoursesKey

const MICROS = '(extract(epoch from enrolled_at) * 1000000)::int8'
const PAGE = {
  name: 'my-courses-page',
  text: `select course_version_id, org_id, status, cycle, done_items, progress_percentage, enrolled_at, completed_at, due_at,
                ${MICROS}::text as enrolled_at_micros
           from enrollments
          where user_id = $1 and ($2::uuid is null or org_id = $2) and ($3::text is null or status = $3)
            and ($4::int8 is null or (${MICROS}, course_version_id) < ($4, $5::uuid))
          order by ${MICROS} desc, course_version_id desc limit $6`,
}
const IN_ORGANISATION = {
  name: 'my-courses-in-organisation',
  text: 'select exists (select from enrollments where user_id = $1 and org_id = $2) as is_there',
}
// Of each enrollment the lessons accessed last, of those complete and of the others. Reports of one moment are many lessons.
const LAST_ACCESSED = {
  name: 'my-courses-last-accessed',
  text: `select course_version_id, lesson_id, last_accessed_at, is_complete
           from (select enrolled_course_version_id as course_version_id, lesson_id, last_accessed_at, completed_at is not null as is_complete,
                        rank() over (partition by enrolled_course_version_id, completed_at is not null order by last_accessed_at desc) as place
                   from lesson_progress where user_id = $1 and enrolled_course_version_id = any($2::uuid[])) l
          where place = 1`,
}

interface MyCourseRow {
  readonly course_version_id: string
  readonly org_id: string | null
  readonly status: EnrollmentStatus
  readonly cycle: number
  readonly done_items: Buffer
  readonly progress_percentage: number
  readonly enrolled_at: Date
  readonly completed_at: Date | null
  readonly due_at: Date | null
  readonly enrolled_at_micros: string
}

/** A lesson that was accessed last of its kind, complete or not, in its enrollment. */
export interface LastAccess {
  readonly lessonId: string
  readonly lastAccessedAt: Date
  readonly isComplete: boolean
}

/**
 * The next enrollments of a learner after `after`, latest enrolled first, at most `limit`. The order never changes, so
 * that pages neither repeat nor miss one; what is enrolled meanwhile comes before the first page.
 */
export async function myCourses(tx: Tx, filter: MyCoursesFilter, after: MyCoursesKey | null, limit: number): Promise<MyCourse[]> {
  const { userId, orgId, status } = filter
  const values = [userId, orgId, status, after?.enrolledAtMicros ?? null, after?.courseVersionId ?? null, limit]
  const rows = await query<MyCourseRow>(tx, PAGE, values)
  return rows.map((row) => ({
    courseVersionId: row.course_version_id,
    orgId: row.org_id,
    status: row.status,
    cycle: row.cycle,
    doneItems: row.done_items,
    percentage: row.progress_percentage,
    enrolledAt: row.enrolled_at,
    completedAt: row.completed_at,
    dueAt: row.due_at,
    enrolledAtMicros: row.enrolled_at_micros,
  }))
}

/** Whether any enrollment of the learner is the organisation's. */
export async function isInOrganisation(tx: Tx, userId: string, orgId: string): Promise<boolean> {
  const [row] = await query<{ is_there: boolean }>(tx, IN_ORGANISATION, [userId, orgId])
  return row!.is_there
}

/** What a learner accessed last in each of these course versions, by course version. */
export async function lastAccesses(tx: Tx, userId: string, courseVersionIds: readonly string[]): Promise<Map<string, LastAccess[]>> {
  if (courseVersionIds.length === 0) return new Map()
  const rows = await query<{ course_version_id: string; lesson_id: string; last_accessed_at: Date; is_complete: boolean }>(
    tx,
    LAST_ACCESSED,
    [userId, binaryArray.uuid(courseVersionIds)],
  )
  const byVersion = Map.groupBy(rows, (row) => row.course_version_id)
  return new Map(
    [...byVersion].map(([id, accesses]) => [
      id,
      accesses.map((row) => ({ lessonId: row.lesson_id, lastAccessedAt: row.last_accessed_at, isComplete: row.is_complete })),
    ]),
  )
}
