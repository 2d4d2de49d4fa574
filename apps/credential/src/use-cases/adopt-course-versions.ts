import type { CourseVersionPublishedV1 } from '@laurel/contracts'
import type { JobQueue } from '@laurel/jobs'
import type { Batch } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { adoptCourseVersions, type CredentialCourseVersion } from '../persistence/course-version-store'
import { enqueueIssues } from './enqueue-issues'

/** Keeps what published course versions say of credentials, and enqueues the issues that waited for them. */
export async function adoptPublished(tx: Tx, jobs: JobQueue, batch: Batch<CourseVersionPublishedV1>): Promise<void> {
  await adoptCourseVersions(
    tx,
    batch.map((event) => toCredentialCourseVersion(event.data)),
  )
  await enqueueIssues(
    tx,
    jobs,
    batch.map((event) => event.data.course_version_id),
  )
}

function toCredentialCourseVersion(data: CourseVersionPublishedV1): CredentialCourseVersion {
  const { course_version_id, title, published_at, credential } = data
  return {
    course_version_id,
    title,
    published_at,
    credential_enabled: credential?.enabled ?? false,
    validity_months: credential?.validity_months ?? null,
    badge_template_id: credential?.credly_badge_template_id ?? null,
  }
}
