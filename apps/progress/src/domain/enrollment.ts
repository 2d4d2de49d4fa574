import type { EnrollmentChangedV1, EnrollmentRequestedV1 } from '@laurel/contracts'
import { cycleStart, FIRST_CYCLE_STARTED_AT } from './cycle'
import { NOTHING_DONE, type DoneItems } from './done-items'

export type EnrollmentStatus = EnrollmentChangedV1['status']
/** Of an enrollment whose learner's progress is not taken over REST until it is reactivated. */
export type ClosedStatus = Extract<EnrollmentStatus, 'cancelled_by_user' | 'revoked_by_admin'>
export type EnrollmentAction = EnrollmentRequestedV1['action']
export const ENROLLMENT_ACTIONS = ['enroll', 'cancel', 'revoke', 'reactivate', 'open_cycle'] as const satisfies readonly EnrollmentAction[]

/** What progress knows of one enrollment. Times are UTC. */
export interface Enrollment {
  readonly userId: string
  readonly courseVersionId: string
  readonly status: EnrollmentStatus
  readonly enrolledAt: Date
  readonly completedAt: Date | null
  readonly sourceOfEnrollment: string | null
  readonly orgId: string | null
  readonly dueAt: Date | null
  readonly cycle: number
  readonly cycleStartedAt: Date
  /** Grows with each change, see `revised`; the highest wins wherever it is read. */
  readonly revision: number
  /** `requested_at` of the latest request that was not refused; an older request changes nothing. */
  readonly requestedAt: Date | null
  /** The completion of this cycle that was revoked: final, whenever the completion itself arrives. */
  readonly revokedCompletionId: string | null
  /** Why the status is what it is, in the words of whom changed it last. */
  readonly statusReason: string | null
  /** The items of the rule that are done in the open cycle. */
  readonly doneItems: DoneItems
  /** 0-100, what the course rule makes of them, whatever the status. */
  readonly percentage: number
}

export interface EnrollmentRequest {
  readonly userId: string
  readonly courseVersionId: string
  readonly action: EnrollmentAction
  readonly sourceOfEnrollment: string | null
  readonly orgId: string | null
  readonly dueAt: Date | null
  /** Why, in words; kept when the request changes the status. */
  readonly reason: string | null
  readonly requestedAt: Date
  /** It named no time, or one in the future: then it is the latest, even when the clock went back since the one before. */
  readonly isNow?: boolean
}

/** What a decision depends on beside the enrollment and the request. */
export interface Taking {
  /** When the request was taken: by the time of its record, or the clock, read when the enrollment is locked; not by what the requester says. */
  readonly takenAt: Date
  /** The latest event time recorded in the open cycle. */
  readonly lastEvidenceAt: Date | null
}

export type EnrollmentDecision =
  | { readonly kind: 'changed'; readonly enrollment: Enrollment }
  /** The cycle that was open, as it stood, is to be archived at the start of the next. */
  | { readonly kind: 'cycle-opened'; readonly enrollment: Enrollment; readonly closed: Enrollment }
  /**
   * Asked for what already is, or overtaken by a later request. The former still moves `requestedAt`, so that a request
   * made before it and arriving after it does not undo what its sender was told.
   */
  | { readonly kind: 'unchanged'; readonly enrollment: Enrollment }
  /** There is nothing that the action could act on. */
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }

export function isClosed(status: EnrollmentStatus): status is ClosedStatus {
  return status === 'cancelled_by_user' || status === 'revoked_by_admin'
}

/** Decides what a request does to an enrollment (null: there is none yet); a changed one has its new revision. */
export function decideEnrollment(current: Enrollment | null, request: EnrollmentRequest, taking: Taking): EnrollmentDecision {
  const decision = decide(current, request, taking)
  if (decision.kind !== 'changed' && decision.kind !== 'cycle-opened') return decision
  return { ...decision, enrollment: revised(decision.enrollment, taking.takenAt) }
}

/**
 * A changed enrollment, which has its last revision still, with the next: the microseconds of `takenAt`, or one more than
 * the last where that is not less, so that it grows whatever the clocks say. What is taken from Kafka, at its record's
 * time, gets the same revision whenever it is taken again.
 */
export function revised(changed: Enrollment, takenAt: Date): Enrollment {
  return { ...changed, revision: Math.max(changed.revision + 1, takenAt.getTime() * 1_000) }
}

function decide(current: Enrollment | null, request: EnrollmentRequest, taking: Taking): EnrollmentDecision {
  if (current === null) {
    if (request.action === 'enroll') return { kind: 'changed', enrollment: newEnrollment(request) }
    return { kind: 'unknown', reason: `action ${request.action}: the learner is not enrolled in this course version` }
  }
  const requestedAt = request.isNow ? after(current.requestedAt, request.requestedAt) : request.requestedAt
  if (current.requestedAt !== null && requestedAt <= current.requestedAt) return { kind: 'unchanged', enrollment: current }
  const applied = { ...current, requestedAt }
  const turn = (status: EnrollmentStatus): EnrollmentDecision => ({
    kind: 'changed',
    enrollment: { ...applied, status, statusReason: request.reason },
  })
  const asItIs: EnrollmentDecision = { kind: 'unchanged', enrollment: applied }
  const { status } = current
  switch (request.action) {
    case 'enroll':
      if (status === 'revoked_by_admin')
        return { kind: 'refused', reason: 'action enroll: an administrator revoked this enrollment; ask for reactivate' }
      return status === 'cancelled_by_user' ? turn('active') : asItIs
    case 'cancel':
      if (status === 'completed')
        return { kind: 'refused', reason: 'action cancel: the course is completed, which a cancellation does not undo' }
      return status === 'active' ? turn('cancelled_by_user') : asItIs
    case 'revoke':
      return status === 'revoked_by_admin' ? asItIs : turn('revoked_by_admin')
    case 'reactivate':
      if (status === 'active' || status === 'completed') return asItIs
      return turn(current.completedAt === null ? 'active' : 'completed')
    case 'open_cycle':
      if (status !== 'completed' && status !== 'revoked_by_admin')
        return { kind: 'refused', reason: `action open_cycle: cycle ${current.cycle} is ${status}, neither completed nor revoked` }
      return { kind: 'cycle-opened', enrollment: nextCycle(applied, request, taking), closed: current }
    default:
      return request.action satisfies never
  }
}

function after(last: Date | null, now: Date): Date {
  return last === null || now > last ? now : new Date(last.getTime() + 1)
}

/**
 * A decided completion turns the enrollment completed, also when a cancellation came first; one that an administrator
 * revoked stays revoked, and a completion that was itself revoked changes nothing.
 */
export function withCompletion(
  current: Enrollment,
  completion: { readonly completionId: string; readonly cycle: number; readonly completedAt: Date },
): Enrollment {
  if (current.cycle !== completion.cycle || current.completedAt !== null) return current
  if (current.revokedCompletionId === completion.completionId) return current
  const status = current.status === 'revoked_by_admin' ? current.status : 'completed'
  return { ...current, status, statusReason: status === current.status ? current.statusReason : null, completedAt: completion.completedAt }
}

/** A revoked completion takes the enrollment's completion back and is remembered, so that it wins in either order. */
export function withRevocation(
  current: Enrollment,
  revocation: { readonly completionId: string; readonly cycle: number; readonly reason: string },
): Enrollment {
  const { completionId, cycle, reason } = revocation
  if (current.cycle !== cycle || current.revokedCompletionId === completionId) return current
  return { ...current, status: 'revoked_by_admin', statusReason: reason, completedAt: null, revokedCompletionId: completionId }
}

/** A due date belongs to a cycle: the next has the one that it is opened with, if any. */
function nextCycle(closed: Enrollment, request: EnrollmentRequest, { takenAt, lastEvidenceAt }: Taking): Enrollment {
  return {
    ...closed,
    status: 'active',
    statusReason: request.reason,
    completedAt: null,
    dueAt: request.dueAt,
    cycle: closed.cycle + 1,
    cycleStartedAt: cycleStart(takenAt, [closed.cycleStartedAt, closed.completedAt, lastEvidenceAt]),
    revokedCompletionId: null,
    doneItems: NOTHING_DONE,
    percentage: 0,
  }
}

function newEnrollment(request: EnrollmentRequest): Enrollment {
  return {
    userId: request.userId,
    courseVersionId: request.courseVersionId,
    status: 'active',
    enrolledAt: request.requestedAt,
    completedAt: null,
    sourceOfEnrollment: request.sourceOfEnrollment,
    orgId: request.orgId,
    dueAt: request.dueAt,
    cycle: 1,
    cycleStartedAt: FIRST_CYCLE_STARTED_AT,
    revision: 0,
    requestedAt: request.requestedAt,
    revokedCompletionId: null,
    statusReason: request.reason,
    doneItems: NOTHING_DONE,
    percentage: 0,
  }
}
