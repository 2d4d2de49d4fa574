import type { CourseVersion, CourseVersionStore } from '@laurel/course-versions'
import type { Tx } from '@laurel/postgres'
import { lessonsDone } from '../domain/done-items'
import { shownPercentage } from '../domain/shown-percentage'
import type { EnrollmentKey } from '../persistence/enrollment-store'
import { rosterPage, type RosterFilter, type RosterRow } from '../persistence/roster-store'
import { findCourseVersions } from './find-enrolled-course'

export interface RosterEntry {
  readonly enrollment: RosterRow
  /** 0-100; 100 once completed. */
  readonly percentage: number
  readonly completedLessons: number
  readonly totalLessons: number
}

export interface Roster {
  readonly entries: readonly RosterEntry[]
  /** Where the next page begins; null on the last. */
  readonly next: EnrollmentKey | null
}

/**
 * One page of those enrolled in a course version, or in any version of a course, whatever became of it; by course
 * version and learner. Null for an unknown course.
 */
export async function listRoster(
  tx: Tx,
  store: CourseVersionStore,
  id: string,
  filter: RosterFilter,
  after: EnrollmentKey | null,
  limit: number,
): Promise<Roster | null> {
  const versions = new Map((await findCourseVersions(tx, store, id)).map((version) => [version.courseVersionId, version]))
  if (versions.size === 0) return null
  const found = await rosterPage(tx, [...versions.keys()], filter, after, limit + 1)
  const rows = found.slice(0, limit)
  return {
    entries: rows.map((row) => toEntry(row, versions.get(row.courseVersionId)!)),
    next: found.length > limit ? rows.at(-1)! : null,
  }
}

function toEntry(enrollment: RosterRow, { rule, lessons }: CourseVersion): RosterEntry {
  return {
    enrollment,
    percentage: shownPercentage(enrollment),
    completedLessons: lessonsDone(rule, enrollment.doneItems),
    totalLessons: lessons.length,
  }
}
