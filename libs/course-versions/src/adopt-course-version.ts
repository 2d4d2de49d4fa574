import type { CourseVersionPublishedV1 } from '@laurel/contracts'
import { compileRule } from '@laurel/course-rule'
import { reject, type Batch, type Disposition } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { contentOf, type CourseVersionStore } from './course-version-store'

/**
 * Keeps the first publication of each course version whose rule can be satisfied; others are rejected with the reason.
 * The same content once more is nothing new; other content is rejected, since enrollments are judged by the first.
 */
export async function adoptCourseVersion(
  tx: Tx,
  versions: CourseVersionStore,
  batch: Batch<CourseVersionPublishedV1>,
): Promise<Disposition[]> {
  const dispositions: Disposition[] = []
  const ids = [...new Set(batch.map((event) => event.data.course_version_id))]
  const contents = new Map(await versions.contents(tx, ids))
  const adopted: CourseVersionPublishedV1[] = []
  for (const event of batch) {
    const { data } = event
    const content = contentOf(data)
    const known = contents.get(data.course_version_id)
    if (known === content) continue
    if (known !== undefined) {
      dispositions.push(
        reject(event, `course_version_id ${data.course_version_id} was published before with other content: publish a new version`),
      )
      continue
    }
    const compiled = compileRule(data)
    if (!compiled.ok) {
      dispositions.push(reject(event, compiled.reason))
      continue
    }
    contents.set(data.course_version_id, content)
    adopted.push(data)
  }
  if (adopted.length > 0) await versions.add(tx, adopted)
  return dispositions
}
