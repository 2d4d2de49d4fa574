import { Problem, type Caller } from '@laurel/service-shell'

/** What a caller may see of learners: all, or with `orgId` the enrollments of that organisation. */
export interface Sight {
  readonly orgId: string | null
}

/** The same of one learner. */
export interface LearnerSight extends Sight {
  readonly userId: string
}

/**
 * The learner whose record is read, the caller unless named, and what of it may be seen.
 *
 * @throws Problem 403 when the caller may see nothing of other learners
 */
export function learnerToRead(caller: Caller, named: string | undefined): LearnerSight {
  if (named === undefined || named === caller.userId) return { userId: caller.userId, orgId: null }
  if (caller.isAdmin) return { userId: named, orgId: null }
  const orgId = administeredBy(caller)
  if (orgId === null) throw anotherLearner()
  return { userId: named, orgId }
}

/** The same refusal whether the learner, the course or the enrollment is unknown or just not the caller's to see. */
export function anotherLearner(): Problem {
  return Problem.forbidden('another learner is for administrators, and for those of the organisation that they are enrolled by')
}

/**
 * What an administrator sees of a course: everything, or what `wanted` limits it to; for one of an organisation theirs.
 *
 * @throws Problem 403 for everybody else, and for another organisation than one's own
 */
export function courseSight(caller: Caller, wanted: string | undefined): Sight {
  if (caller.isAdmin) return { orgId: wanted ?? null }
  const orgId = administeredBy(caller)
  if (orgId === null) throw Problem.forbidden('this is for administrators')
  if (wanted !== undefined && wanted !== orgId) throw Problem.forbidden('org_id must be the organisation of the token')
  return { orgId }
}

function administeredBy({ isOrgAdmin, orgId }: Caller): string | null {
  return isOrgAdmin ? orgId : null
}
