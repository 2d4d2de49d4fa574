import { Problem, type Caller } from '@laurel/service-shell'
import type { EnrollmentRecord } from '../domain/enrollment-record'

/**
 * The record, for the learner themself and for those who administer it.
 *
 * @throws Problem as `administered` does
 */
export function readable(caller: Caller, userId: string, record: EnrollmentRecord | null): EnrollmentRecord {
  return caller.userId === userId ? existing(record) : administered(caller, record)
}

/**
 * The record, for administrators of the platform and of the organisation that enrolled the learner.
 *
 * @throws Problem 403 for everybody else, the same whether there is such a record or not; 404 where there is none
 */
export function administered(caller: Caller, record: EnrollmentRecord | null): EnrollmentRecord {
  if (caller.isAdmin) return existing(record)
  if (record !== null && caller.isOrgAdmin && record.orgId === caller.orgId) return record
  throw Problem.forbidden('this is for administrators, and for those of the organisation that the learner is enrolled by')
}

function existing(record: EnrollmentRecord | null): EnrollmentRecord {
  if (record === null) throw Problem.notFound('nothing is known of this learner in this course version')
  return record
}
