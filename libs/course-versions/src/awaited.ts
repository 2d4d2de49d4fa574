import type { Tx } from '@laurel/postgres'
import type { CourseVersionStore } from './course-version-store'

const PREFIX = 'course-version:'

/** What a parked event of an unknown course version waits for. */
export function awaitedCourseVersion(courseVersionId: string): string {
  return PREFIX + courseVersionId
}

/** Of the things that parked events wait for, the course versions that are there now. */
export async function arrivedCourseVersions(tx: Tx, versions: CourseVersionStore, awaited: readonly string[]): Promise<string[]> {
  const ids = awaited.filter((thing) => thing.startsWith(PREFIX)).map((thing) => thing.slice(PREFIX.length))
  const known = await versions.find(tx, new Set(ids))
  return [...known.keys()].map(awaitedCourseVersion)
}
