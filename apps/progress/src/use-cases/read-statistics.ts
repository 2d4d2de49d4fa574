import type { CourseItem, CourseVersion, CourseVersionStore } from '@laurel/course-versions'
import type { Tx } from '@laurel/postgres'
import { countCourse, type CourseCounts, type LessonCounts } from '../persistence/statistics-store'
import { findCourseVersions } from './find-enrolled-course'

export interface LessonStatistics extends LessonCounts {
  readonly lesson: CourseItem
  /** Share (0-1) of those who started it and have not completed it; null when nobody started. */
  readonly dropOff: number | null
}

export interface CourseStatistics {
  readonly version: CourseVersion
  readonly counts: CourseCounts
  /** Share (0-1) of all enrollments; null when there are none. */
  readonly completionRate: number | null
  /** Every lesson, in the order of the course. */
  readonly lessons: readonly LessonStatistics[]
}

export type StatisticsAnswer =
  | { readonly kind: 'found'; readonly statistics: CourseStatistics }
  | { readonly kind: 'unknown' }
  /** The id is a course's: figures of different versions are not comparable. */
  | { readonly kind: 'course'; readonly courseVersionIds: readonly string[] }

/**
 * How the learners of one course version fare, all of one moment.
 *
 * @param orgId when given, only enrollments of this organisation count; a version that belongs to another one and has
 *   none of them is unknown
 */
export async function readStatistics(tx: Tx, versions: CourseVersionStore, id: string, orgId: string | null): Promise<StatisticsAnswer> {
  const candidates = await findCourseVersions(tx, versions, id)
  const version = candidates.find((candidate) => candidate.courseVersionId === id)
  if (version === undefined) {
    return candidates.length === 0
      ? { kind: 'unknown' }
      : { kind: 'course', courseVersionIds: candidates.map((one) => one.courseVersionId) }
  }
  const lessonIds = version.lessons.map((lesson) => lesson.id)
  const counts = await countCourse(tx, id, orgId, lessonIds)
  const isForeign = orgId !== null && version.orgId !== null && version.orgId !== orgId
  if (isForeign && counts.enrolled === 0) return { kind: 'unknown' }
  const completionRate = counts.enrolled === 0 ? null : counts.completed / counts.enrolled
  return {
    kind: 'found',
    statistics: { version, counts, completionRate, lessons: version.lessons.map((lesson) => toLesson(lesson, counts)) },
  }
}

function toLesson(lesson: CourseItem, counts: CourseCounts): LessonStatistics {
  const { started, completed, stoppedHere } = counts.lessons.get(lesson.id) ?? { started: 0, completed: 0, stoppedHere: 0 }
  return { lesson, started, completed, stoppedHere, dropOff: started === 0 ? null : (started - completed) / started }
}
