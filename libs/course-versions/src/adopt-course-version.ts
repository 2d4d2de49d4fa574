import type { CourseVersionPublishedV1 } from '@laurel/contracts'
import { compileRule } from '@laurel/course-rule'
import { reject, type Batch, type Disposition } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import type { CourseVersionStore } from './course-version-store'

/** Keeps the first publication of each course version whose rule can be satisfied; others are rejected with the reason. */
export async function adoptCourseVersion(
  tx: Tx,
  versions: CourseVersionStore,
  batch: Batch<CourseVersionPublishedV1>,
): Promise<Disposition[]> {
  const dispositions: Disposition[] = []
  const valid = new Map<string, CourseVersionPublishedV1>()
  for (const event of batch) {
    const compiled = compileRule(event.data)
    if (!compiled.ok) dispositions.push(reject(event, compiled.reason))
    else if (!valid.has(event.data.course_version_id)) valid.set(event.data.course_version_id, event.data)
  }
  if (valid.size > 0) await versions.add(tx, [...valid.values()])
  return dispositions
}
