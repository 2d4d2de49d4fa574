import type { CourseCompletedV1 } from '@laurel/contracts'
import type { JobQueue } from '@laurel/jobs'
import { reject, type Batch, type Disposition } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { addCompletions, type RecordedCompletion } from '../persistence/completion-store'
import { holdCourseVersions } from '../persistence/course-version-store'
import { enqueueIssues } from './enqueue-issues'

/**
 * Records completions. When credentials are wanted, enqueues the issue of those whose course version is known; the
 * others follow when it arrives. Repeats of a completion change nothing.
 *
 * @returns completions that contradict a recorded one, rejected
 */
export async function recordCompletions(tx: Tx, jobs: JobQueue, batch: Batch<CourseCompletedV1>, wanted: boolean): Promise<Disposition[]> {
  const versionIds = batch.map((event) => event.data.course_version_id)
  await holdCourseVersions(tx, versionIds)
  const misfits = await addCompletions(
    tx,
    batch.map((event) => toCompletion(event.data)),
    wanted,
  )
  await enqueueIssues(tx, jobs, versionIds)
  return misfits.map((index) =>
    reject(batch[index]!, 'completion_id is not that of the recorded completion of this user_id, course_version_id and cycle'),
  )
}

function toCompletion(data: CourseCompletedV1): RecordedCompletion {
  const { completion_id, user_id, course_version_id, course_id, cycle, completed_at, score = null, org_id = null } = data
  return { completion_id, user_id, course_version_id, course_id, cycle, completed_at, score, org_id }
}
