import type { EnrollmentStatus } from './enrollment'

/** A lesson of the course version; see `CourseItem`. */
export interface ResumableLesson {
  readonly id: string
  readonly ordinal: number
}

/** When a lesson was last opened or reported. */
export interface LessonAccess {
  readonly lessonId: string
  readonly lastAccessedAt: Date
}

/**
 * The lesson to go on with: of those not done the one accessed last (of one time the first in the course), else the
 * first in the course; null when every lesson is done or the enrollment is completed.
 *
 * @param lessons those of the course version, in its order
 */
export function lessonToResume<Lesson extends ResumableLesson>(
  status: EnrollmentStatus,
  lessons: readonly Lesson[],
  isDone: (ordinal: number) => boolean,
  accesses: readonly LessonAccess[],
): Lesson | null {
  if (status === 'completed') return null
  const accessedAt = new Map(accesses.map(({ lessonId, lastAccessedAt }) => [lessonId, lastAccessedAt.getTime()]))
  let [choice, chosenAt]: [Lesson | null, number] = [null, -Infinity]
  for (const lesson of lessons) {
    if (isDone(lesson.ordinal)) continue
    const at = accessedAt.get(lesson.id) ?? -Infinity
    if (choice === null || at > chosenAt) [choice, chosenAt] = [lesson, at]
  }
  return choice
}
