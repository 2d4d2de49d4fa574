import type { CourseVersionStore } from '@laurel/course-versions'
import type { Tx } from '@laurel/postgres'
import { Problem, type Caller } from '@laurel/service-shell'
import { findEnrolledCourse, type EnrolledCourse } from '../use-cases/find-enrolled-course'

type Found = Extract<EnrolledCourse, { kind: 'found' }>

/** @throws Problem 404 for an unknown course or one that the learner is not enrolled in, 409 when several versions fit */
export async function requireEnrolledCourse(tx: Tx, versions: CourseVersionStore, id: string, userId: string): Promise<Found> {
  const course = await findEnrolledCourse(tx, versions, id.toLowerCase(), userId)
  switch (course.kind) {
    case 'found':
      return course
    case 'unknown-course':
      throw Problem.notFound(`no course or course version ${id}`)
    case 'not-enrolled':
      throw Problem.notFound(`the learner is not enrolled in course ${id}`)
    case 'ambiguous':
      throw Problem.conflict(`several versions of course ${id} are open: name one of ${course.courseVersionIds.join(', ')}`)
    default:
      return course satisfies never
  }
}

/** @throws Problem 409 when progress on this enrollment is not accepted */
export function requireOpen({ enrollment }: Found): void {
  if (enrollment.status === 'cancelled_by_user' || enrollment.status === 'revoked_by_admin') {
    throw Problem.conflict(`the enrollment is ${enrollment.status}: progress is not accepted until it is reactivated`)
  }
}

/** The learner a request is about: the caller, or whom they name. @throws Problem 403 when that is not theirs to name */
export function learnerOf(caller: Caller, named: string | undefined): string {
  if (named === undefined || named === caller.userId) return caller.userId
  if (!caller.isAdmin) throw Problem.forbidden('only an administrator may act for another learner')
  return named
}
