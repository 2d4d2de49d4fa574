import { LessonCompletedV1, lessonCompletedId, sourceOf } from '@laurel/contracts'
import { addToOutbox, toOutbox, type OutboxEvent } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { mergeMarks, type LessonMark } from '../domain/lesson-mark'
import { writeLessonMarks } from '../persistence/lesson-progress-store'
import { SERVICE } from '../service-name'

/** A mark and the cycle of the enrollment that it belongs to. */
export interface CycleMark {
  readonly mark: LessonMark
  readonly cycle: number
}

/**
 * Records what learners reported of their lessons. A lesson that becomes complete by it is announced once, as
 * `lesson.completed` with the deterministic id of the fact.
 */
export async function recordReportedLessons(tx: Tx, marks: readonly CycleMark[]): Promise<void> {
  const cycles = new Map(marks.map(({ mark, cycle }) => [`${mark.userId}:${mark.courseVersionId}`, cycle]))
  const completed = await writeLessonMarks(tx, mergeMarks(marks.map(({ mark }) => mark)))
  await addToOutbox(
    tx,
    completed.map((mark) => lessonCompleted(mark, cycles.get(`${mark.userId}:${mark.courseVersionId}`)!)),
  )
}

/** Records lessons whose completion another service announced already: nothing is announced again. */
export async function recordAnnouncedLessons(tx: Tx, marks: readonly LessonMark[]): Promise<void> {
  await writeLessonMarks(tx, mergeMarks(marks))
}

function lessonCompleted(mark: LessonMark, cycle: number): OutboxEvent {
  const data = { user_id: mark.userId, course_version_id: mark.courseVersionId, lesson_id: mark.lessonId }
  return toOutbox(
    LessonCompletedV1,
    { id: lessonCompletedId({ ...data, cycle }), source: sourceOf(SERVICE) },
    {
      ...data,
      completed_at: mark.completedAt!.toISOString(),
    },
  )
}
