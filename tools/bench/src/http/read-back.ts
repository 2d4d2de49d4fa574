import type { Client } from 'pg'
import type { AcknowledgedWrites } from '../load/protocol'
import { uuidText } from '../measure/random'
import type { World } from '../seed/world'

const AT_ONCE = 20_000

/** The row of an acknowledged write must be there and at least as far; where it completed a lesson, the enrollment must know. */
const LOST = `
  select count(*) filter (where p.user_id is null or p.progress_percentage < w.percentage or (w.percentage = 100 and p.completed_at is null)) as rows,
         count(*) filter (where w.percentage = 100 and case when w.lesson < octet_length(e.done_items) * 8
                                                            then get_bit(e.done_items, w.lesson) = 0 else true end) as marks
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int4[], $5::int4[]) as w(user_id, lesson_id, course_version_id, lesson, percentage)
    left join progress.enrollments e on e.user_id = w.user_id and e.course_version_id = w.course_version_id
    left join progress.lesson_progress p
      on p.user_id = w.user_id and p.lesson_id = w.lesson_id and p.enrolled_course_version_id = w.course_version_id`

export interface Losses {
  /** Lessons with an acknowledged write that the table does not show. */
  readonly rows: number
  /** Completed lessons that the enrollment's bitmap does not show. */
  readonly marks: number
}

/** Reads back every lesson that an acknowledged write was about. */
export async function findLosses(client: Client, world: World, writes: AcknowledgedWrites): Promise<Losses> {
  const losses = { rows: 0, marks: 0 }
  for (let from = 0; from < writes.lessons.length; from += AT_ONCE) {
    const enrollments = [...writes.enrollments.subarray(from, from + AT_ONCE)]
    const lessons = [...writes.lessons.subarray(from, from + AT_ONCE)]
    const { rows } = await client.query<{ rows: string; marks: string }>(LOST, [
      enrollments.map((enrollment) => uuidText(world.learnerId(world.learnerOf(enrollment)))),
      enrollments.map((enrollment, index) => uuidText(world.lessonId(world.versionOf(enrollment), lessons[index]!))),
      enrollments.map((enrollment) => uuidText(world.versionId(world.versionOf(enrollment)))),
      lessons,
      [...writes.percentages.subarray(from, from + AT_ONCE)],
    ])
    losses.rows += Number(rows[0]!.rows)
    losses.marks += Number(rows[0]!.marks)
  }
  return losses
}
