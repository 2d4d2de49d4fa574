import { LessonCompletedV1, lessonCompletedId, sourceOf } from '@laurel/contracts'
import type { Rule } from '@laurel/course-rule'
import { addToOutbox, toOutbox, type OutboxEvent } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { markKey, mergeMarks, type LessonMark } from '../domain/lesson-mark'
import { writeLessonMarks, type WrittenLesson } from '../persistence/lesson-progress-store'
import type { Standing } from '../persistence/standing-store'
import { SERVICE } from '../service-name'
import { advanceStandings } from './advance-standings'
import { recordLateMarks } from './late-evidence'

/** A mark of a lesson that its course version has, and the enrollment that it belongs to, locked in this transaction. */
export interface PlacedMark {
  readonly mark: LessonMark
  readonly standing: Standing
  readonly rule: Rule
}

/** What a batch of marks made of things. */
export interface RecordedLessons {
  /** Lessons that were written, by `markKey`; marks of closed cycles are not among them. */
  readonly lessons: ReadonlyMap<string, WrittenLesson>
  /** The enrollments that advanced, by `enrollmentKey`. */
  readonly advanced: ReadonlyMap<string, Standing>
}

/**
 * Records what learners did in lessons: in the open cycle, or, for a time before it, in the cycle that was open then,
 * which changes nothing else.
 *
 * @param options.announce whether a lesson that becomes complete by it is announced, once, as `lesson.completed` with the
 *   deterministic id of the fact; false for completions that another service has announced already
 * @param options.returned which of the written lessons the caller wants to see
 */
export async function recordLessons(
  tx: Tx,
  placed: readonly PlacedMark[],
  { announce, returned = 'completed' }: { readonly announce: boolean; readonly returned?: 'all' | 'completed' },
): Promise<RecordedLessons> {
  const isLate = ({ mark, standing }: PlacedMark) => mark.startedAt < standing.cycleStartedAt
  const late = placed.filter(isLate)
  if (late.length > 0) await recordLateMarks(tx, late.map(markOf))
  const open = late.length === 0 ? placed : placed.filter((one) => !isLate(one))
  const lessons = await writeLessonMarks(tx, mergeMarks(open.map(markOf)), returned)
  // A record becomes complete by a mark that says so.
  const placeOf = new Map(open.filter(({ mark }) => mark.completedAt !== null).map((one) => [markKey(one.mark), one]))
  const completed = [...lessons].filter(([, lesson]) => lesson.newlyCompleted).map(([key, lesson]) => ({ ...placeOf.get(key)!, lesson }))
  const advanced = await advanceStandings(
    tx,
    completed.map(({ standing, rule, lesson }) => ({ standing, rule, itemId: lesson.lessonId })),
  )
  if (announce)
    await addToOutbox(
      tx,
      completed.map(({ standing, lesson }) => lessonCompleted(lesson, standing.cycle)),
    )
  return { lessons, advanced }
}

function markOf({ mark }: PlacedMark): LessonMark {
  return mark
}

function lessonCompleted(lesson: WrittenLesson, cycle: number): OutboxEvent {
  const data = { user_id: lesson.userId, course_version_id: lesson.courseVersionId, lesson_id: lesson.lessonId }
  return toOutbox(
    LessonCompletedV1,
    { id: lessonCompletedId({ ...data, cycle }), source: sourceOf(SERVICE) },
    { ...data, completed_at: lesson.completedAt!.toISOString() },
  )
}
