import type { CourseVersionStore } from '@laurel/course-versions'
import type { Tx } from '@laurel/postgres'
import { Problem } from '@laurel/service-shell'
import { isClosed, type ClosedStatus, type Enrollment } from '../domain/enrollment'
import { findEnrolledCourse, type EnrolledCourse } from '../use-cases/find-enrolled-course'
import { anotherLearner, type learnerToRead } from './read-access'

type Found = Extract<EnrolledCourse, { kind: 'found' }>

/** @throws Problem 404 for an unknown course or one that the learner is not enrolled in, 409 when several versions fit */
export async function requireEnrolledCourse(tx: Tx, versions: CourseVersionStore, id: string, userId: string): Promise<Found> {
  return requireFound(await findEnrolledCourse(tx, versions, id.toLowerCase(), userId), id)
}

/**
 * The same for reading, of a learner whom `learnerToRead` let through.
 *
 * @throws Problem 403 for another learner who is not there or not in sight, whichever it is
 */
export async function requireCourseInSight(
  tx: Tx,
  versions: CourseVersionStore,
  id: string,
  { userId, orgId }: ReturnType<typeof learnerToRead>,
): Promise<Found> {
  const course = await findEnrolledCourse(tx, versions, id.toLowerCase(), userId, orgId)
  if (orgId !== null && (course.kind === 'unknown-course' || course.kind === 'not-enrolled')) throw anotherLearner()
  return requireFound(course, id)
}

/** @throws Problem as `requireEnrolledCourse` does */
export function requireFound(course: EnrolledCourse, id: string): Found {
  switch (course.kind) {
    case 'found':
      return course
    case 'unknown-course':
      throw Problem.notFound(`no course or course version ${id}`)
    case 'not-enrolled':
      throw notEnrolled(id)
    case 'ambiguous':
      throw Problem.conflict(`several versions of course ${id} are open: name one of ${course.courseVersionIds.join(', ')}`)
    default:
      return course satisfies never
  }
}

/** @throws Problem 409 when progress on this enrollment is not accepted */
export function requireOpen({ status }: Pick<Enrollment, 'status'>): void {
  if (isClosed(status)) throw closedEnrollment(status)
}

export function notEnrolled(id: string): Problem {
  return Problem.notFound(`the learner is not enrolled in course ${id}`)
}

export function closedEnrollment(status: ClosedStatus): Problem {
  return Problem.conflict(`the enrollment is ${status}: progress is not accepted until it is reactivated`)
}
