import type { CourseVersionPublishedV1 } from '@laurel/contracts'
import type { JobQueue } from '@laurel/jobs'
import type { Batch } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { adoptCourseVersions, type HrCourseVersion } from '../persistence/course-version-store'
import { enqueuePushes } from './enqueue-pushes'

/** Keeps what HR needs of published course versions, and enqueues the pushes that waited for them. */
export async function adoptPublished(tx: Tx, jobs: JobQueue, batch: Batch<CourseVersionPublishedV1>): Promise<void> {
  await adoptCourseVersions(
    tx,
    batch.map((event) => toHrCourseVersion(event.data)),
  )
  await enqueuePushes(
    tx,
    jobs,
    batch.map((event) => event.data.course_version_id),
  )
}

function toHrCourseVersion(data: CourseVersionPublishedV1): HrCourseVersion {
  const { course_version_id, title, published_at, org_id = null, hr } = data
  return { course_version_id, title, published_at, org_id, course_code: hr?.course_code ?? null, credit_hours: hr?.credit_hours ?? null }
}
