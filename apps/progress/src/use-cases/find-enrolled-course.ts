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

/**
 * Finds what `/courses/:id` means for a learner: a course version, or a course, whose version is the one that the
 * learner is active in, or was enrolled in where there is only one.
 */
export async function findEnrolledCourse(tx: Tx, versions: CourseVersionStore, id: string, userId: string): Promise<EnrolledCourse> {
  const version = (await versions.find(tx, new Set([id]))).get(id)
  const candidates = version ? [version] : await versions.ofCourse(tx, id)
  if (candidates.length === 0) return { kind: 'unknown-course' }
  const enrollments = await findEnrollments(
    tx,
    candidates.map(({ courseVersionId }) => ({ userId, courseVersionId })),
  )
  const enrolled = candidates.flatMap((candidate) => {
    const enrollment = enrollments.get(enrollmentKey({ userId, courseVersionId: candidate.courseVersionId }))
    return enrollment ? [{ version: candidate, enrollment }] : []
  })
  const active = enrolled.filter(({ enrollment }) => enrollment.status === 'active')
  const choice = active.length > 0 ? active : enrolled
  if (choice.length === 0) return { kind: 'not-enrolled' }
  if (choice.length > 1) return { kind: 'ambiguous', courseVersionIds: choice.map((one) => one.version.courseVersionId) }
  return { kind: 'found', ...choice[0]! }
}
