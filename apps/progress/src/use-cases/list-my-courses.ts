import type { CourseItem, CourseVersion, CourseVersionStore } from '@laurel/course-versions'
import type { Tx } from '@laurel/postgres'
import { isDone, lessonsDone } from '../domain/done-items'
import { lessonToResume } from '../domain/resume'
import { shownPercentage } from '../domain/shown-percentage'
import {
  lastAccesses,
  myCourses,
  type LastAccess,
  type MyCourse,
  type MyCoursesFilter,
  type MyCoursesKey,
} from '../persistence/my-courses-store'

export interface ListedCourse {
  readonly enrollment: MyCourse
  /** Null while the course version has not arrived. */
  readonly version: CourseVersion | null
  readonly percentage: number
  readonly completedLessons: number
  readonly lastAccessedAt: Date | null
  readonly resume: CourseItem | null
}

export interface ListedCourses {
  readonly courses: readonly ListedCourse[]
  /** Where the next page begins; null on the last. */
  readonly next: MyCoursesKey | null
}

/** One page of a learner's courses, latest enrolled first, in two statements (a third for versions not met before). */
export async function listMyCourses(
  tx: Tx,
  versions: CourseVersionStore,
  filter: MyCoursesFilter,
  after: MyCoursesKey | null,
  limit: number,
): Promise<ListedCourses> {
  const found = await myCourses(tx, filter, after, limit + 1)
  const enrollments = found.slice(0, limit)
  const ids = enrollments.map((enrollment) => enrollment.courseVersionId)
  const known = await versions.find(tx, new Set(ids))
  const accesses = await lastAccesses(tx, filter.userId, ids)
  const list = (enrollment: MyCourse) =>
    listed(enrollment, known.get(enrollment.courseVersionId) ?? null, accesses.get(enrollment.courseVersionId) ?? [])
  return { courses: enrollments.map(list), next: found.length > limit ? enrollments.at(-1)! : null }
}

function listed(enrollment: MyCourse, version: CourseVersion | null, accesses: readonly LastAccess[]): ListedCourse {
  const { status, doneItems } = enrollment
  const times = accesses.map(({ lastAccessedAt }) => lastAccessedAt.getTime())
  return {
    enrollment,
    version,
    percentage: shownPercentage(enrollment),
    completedLessons: version === null ? 0 : lessonsDone(version.rule, doneItems),
    lastAccessedAt: times.length === 0 ? null : new Date(Math.max(...times)),
    resume: version && lessonToResume(status, version.lessons, (ordinal) => isDone(doneItems, ordinal), accesses),
  }
}
