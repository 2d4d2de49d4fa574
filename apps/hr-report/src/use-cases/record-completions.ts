import type { CourseCompletedV1 } from '@laurel/contracts'
import type { JobQueue } from '@laurel/jobs'
import { reject, type Batch, type Disposition } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { holdCourseVersions } from '../persistence/course-version-store'
import { addTrainingRecords, type RecordedCompletion } from '../persistence/training-record-store'
import { enqueuePushes } from './enqueue-pushes'

/**
 * Records completions, and enqueues the push of those whose course version is known; the others are pushed when it
 * arrives. Repeats of a completion change nothing.
 *
 * @returns completions that contradict a recorded one, rejected
 */
export async function recordCompletions(tx: Tx, jobs: JobQueue, batch: Batch<CourseCompletedV1>): Promise<Disposition[]> {
  const versionIds = batch.map((event) => event.data.course_version_id)
  await holdCourseVersions(tx, versionIds)
  const misfits = await addTrainingRecords(
    tx,
    batch.map((event) => toCompletion(event.data)),
  )
  await enqueuePushes(tx, jobs, versionIds)
  return misfits.map((index) =>
    reject(batch[index]!, 'completion_id is not that of the recorded completion of this user_id, course_version_id and cycle'),
  )
}

function toCompletion(data: CourseCompletedV1): RecordedCompletion {
  const { completion_id, user_id, course_version_id, course_id, cycle, completed_at, score = null, org_id = null } = data
  return { completion_id, user_id, course_version_id, course_id, cycle, completed_at, score, org_id }
}
