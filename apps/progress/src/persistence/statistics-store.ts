import { binaryArray, query, type Tx } from '@laurel/postgres'

export interface CourseCounts {
  /** Whatever became of them. */
  readonly enrolled: number
  readonly active: number
  readonly completed: number
  readonly cancelled: number
  readonly revoked: number
  /** Of those completed, from when they enrolled, or from when the cycle began if that was later; null for none. */
  readonly medianDaysToComplete: number | null
  /** Of the percentages as shown, 0-100; null for none. */
  readonly averagePercentage: number | null
  /** Lessons that anyone has a record of, by id. */
  readonly lessons: ReadonlyMap<string, LessonCounts>
}

export interface LessonCounts {
  /** Learners who have done anything of it. */
  readonly started: number
  readonly completed: number
  /** Enrollments not completed whose last accessed lesson this is. */
  readonly stoppedHere: number
}

// One statement: one snapshot. The first "offset 0" keeps the lessons a lookup per enrollment in
// idx_lesson_progress_course_status, where a free join of a large course would read the lesson_progress of all; the
// second keeps the order of the course out of that lookup. A completion whose time lies before the enrollment, because
// evidence came first, took no time.
const OF_VERSION = {
  name: 'course-statistics',
  text: `with enrolled as materialized (
           select user_id, status, enrolled_at, cycle_started_at, completed_at,
                  case when status = 'completed' then 100 else progress_percentage end as percentage
             from enrollments where course_version_id = $1 and ($2::uuid is null or org_id = $2)),
         accessed as (
           select r.lesson_id, r.status,
                  r.is_open and row_number() over (partition by r.user_id order by r.last_accessed_at desc, c.place desc) = 1 as is_stop
             from (select e.user_id, e.status <> 'completed' as is_open, l.*
                     from enrolled e
                    cross join lateral (
                           select lesson_id, status, last_accessed_at from lesson_progress
                            where user_id = e.user_id and enrolled_course_version_id = $1 offset 0) l
                   offset 0) r
             join unnest($3::uuid[]) with ordinality as c(lesson_id, place) on c.lesson_id = r.lesson_id),
         lessons as (
           select lesson_id, count(*) filter (where status <> 'not_started') as started, count(*) filter (where status = 'completed') as completed,
                  count(*) filter (where is_stop) as stopped_here
             from accessed group by lesson_id)
         select count(*)::int as enrolled,
                count(*) filter (where status = 'active')::int as active,
                count(*) filter (where status = 'completed')::int as completed,
                count(*) filter (where status = 'cancelled_by_user')::int as cancelled,
                count(*) filter (where status = 'revoked_by_admin')::int as revoked,
                percentile_cont(0.5) within group (
                  order by greatest(0, extract(epoch from completed_at - greatest(enrolled_at, cycle_started_at))) / 86400.0)
                  filter (where status = 'completed' and completed_at is not null) as median_days,
                avg(percentage)::float8 as average_percentage,
                (select json_agg(lessons) from lessons) as lessons
           from enrolled`,
}

interface StatisticsRow {
  readonly enrolled: number
  readonly active: number
  readonly completed: number
  readonly cancelled: number
  readonly revoked: number
  readonly median_days: number | null
  readonly average_percentage: number | null
  readonly lessons:
    readonly { readonly lesson_id: string; readonly started: number; readonly completed: number; readonly stopped_here: number }[] | null
}

/**
 * Counts the enrollments of a course version and where in it they stand, all of one moment: a range of
 * idx_enrollments_course_version and one of idx_lesson_progress_course_status for each enrollment. 50,000 enrollments
 * take one to two seconds.
 *
 * @param orgId when given, only enrollments of this organisation
 * @param lessonIds in the order of the course: of lessons accessed at one moment the last one is where the learner stopped
 */
export async function countCourse(
  tx: Tx,
  courseVersionId: string,
  orgId: string | null,
  lessonIds: readonly string[],
): Promise<CourseCounts> {
  const [row] = await query<StatisticsRow>(tx, OF_VERSION, [courseVersionId, orgId, binaryArray.uuid(lessonIds)])
  const { enrolled, active, completed, cancelled, revoked, median_days, average_percentage, lessons } = row!
  return {
    enrolled,
    active,
    completed,
    cancelled,
    revoked,
    medianDaysToComplete: median_days,
    averagePercentage: average_percentage,
    lessons: new Map(
      (lessons ?? []).map(({ lesson_id, started, completed, stopped_here }) => [
        lesson_id,
        { started, completed, stoppedHere: stopped_here },
      ]),
    ),
  }
}
