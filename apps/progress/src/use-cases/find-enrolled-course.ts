import type { CourseVersion, CourseVersionStore } from '@laurel/course-versions'
import type { Tx } from '@laurel/postgres'
import type { Enrollment } from '../domain/enrollment'
import { enrollmentKey, findEnrollments } from '../persistence/enrollment-store'

export type EnrolledCourse =
  | { readonly kind: 'found'; readonly version: CourseVersion; readonly enrollment: Enrollment }
  | { readonly kind: 'unknown-course' }
  | { readonly kind: 'not-enrolled' }
  /** Active in several versions of the course: the caller must name one. */
  | { readonly kind: 'ambiguous'; readonly courseVersionIds: readonly string[] }

/** The course versions that an id means: that version, or all of that course, the newest first; none when it is unknown. */
export async function findCourseVersions(tx: Tx, versions: CourseVersionStore, id: string): Promise<readonly CourseVersion[]> {
  const version = (await versions.find(tx, new Set([id]))).get(id)
  return version ? [version] : versions.ofCourse(tx, id)
}

/**
 * Finds what `/courses/:id` means for a learner: a course version, or a course, whose version is the one that the
 * learner is active in, or was enrolled in where there is only one.
 *
 * @param orgId when given, only enrollments of this organisation are there
 */
export async function findEnrolledCourse(
  tx: Tx,
  versions: CourseVersionStore,
  id: string,
  userId: string,
  orgId: string | null = null,
): Promise<EnrolledCourse> {
  const candidates = await findCourseVersions(tx, versions, id)
  if (candidates.length === 0) return { kind: 'unknown-course' }
  const enrollments = await findEnrollments(
    tx,
    candidates.map(({ courseVersionId }) => ({ userId, courseVersionId })),
  )
  const enrolled = candidates.flatMap((candidate) => {
    const enrollment = enrollments.get(enrollmentKey({ userId, courseVersionId: candidate.courseVersionId }))
    return enrollment && (orgId === null || enrollment.orgId === orgId) ? [{ version: candidate, enrollment }] : []
  })
  const active = enrolled.filter(({ enrollment }) => enrollment.status === 'active')
  const choice = active.length > 0 ? active : enrolled
  if (choice.length === 0) return { kind: 'not-enrolled' }
  if (choice.length > 1) return { kind: 'ambiguous', courseVersionIds: choice.map((one) => one.version.courseVersionId) }
  return { kind: 'found', ...choice[0]! }
}
