import type { EnrollmentChangedV1 } from '@laurel/contracts'
import { awaitedCourseVersion, type CourseVersion, type CourseVersionStore } from '@laurel/course-versions'
import type { JobQueue } from '@laurel/jobs'
import { park, type Batch, type Disposition } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { followLearnerRows, type FollowedLearner } from '../persistence/learner-store'
import { RESOLVE_QUEUE, type ResolveJob } from './resolve-learner'

/** Behind credentials and HR pushes, which somebody waits for. */
const PRIORITY = 4

/**
 * Keeps the learners of course versions that also run on external platforms: a row for each enrollment and platform
 * course, and for a new one a job that asks the Directory for the e-mail. The highest revision of an enrollment wins.
 *
 * @returns events of unknown course versions, parked: only the version says whether there is a platform to follow
 */
export async function followLearners(
  tx: Tx,
  jobs: Pick<JobQueue, 'enqueue'>,
  versions: CourseVersionStore,
  batch: Batch<EnrollmentChangedV1>,
): Promise<Disposition[]> {
  const known = await versions.find(tx, new Set(batch.map((event) => event.data.course_version_id)))
  const byEnrollment = Map.groupBy(batch, ({ data }) => `${data.course_version_id}:${data.user_id}`)
  const newest = [...byEnrollment.values()].map((events) => events.map(({ data }) => data).reduce(newer))
  const followed = newest.flatMap((data) => {
    const version = known.get(data.course_version_id)
    return version ? toLearners(data, version) : []
  })
  if (followed.length > 0) {
    const unresolved = await followLearnerRows(tx, followed)
    const job = (id: string) => ({ queue: RESOLVE_QUEUE, priority: PRIORITY, key: id, data: { learner_id: id } satisfies ResolveJob })
    await jobs.enqueue(tx, unresolved.map(job))
  }
  return batch
    .filter(({ data }) => !known.has(data.course_version_id))
    .map((event) => {
      const id = event.data.course_version_id
      return park(event, awaitedCourseVersion(id), `course version ${id} is unknown`)
    })
}

function newer(one: EnrollmentChangedV1, other: EnrollmentChangedV1): EnrollmentChangedV1 {
  return other.revision > one.revision ? other : one
}

function toLearners(data: EnrollmentChangedV1, version: CourseVersion): FollowedLearner[] {
  const completedAt = data.status === 'completed' ? new Date(data.completed_at ?? data.enrolled_at) : null
  const courses = new Map(version.externalRefs.map((ref) => [`${ref.platform}:${ref.externalCourseId}`, ref]))
  return [...courses.values()].map(({ platform, externalCourseId }) => ({
    platform,
    externalCourseId,
    courseVersionId: version.courseVersionId,
    courseId: version.courseId,
    userId: data.user_id,
    cycle: data.cycle,
    revision: data.revision,
    isActive: data.status === 'active',
    completedAt,
  }))
}
