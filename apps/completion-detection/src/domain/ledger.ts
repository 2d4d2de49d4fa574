import type { EnrollmentChangedV1 } from '@laurel/contracts'
import type { Observation } from './evidence-log'
import { unknownAmong } from './evidence'

export type EnrollmentStatus = EnrollmentChangedV1['status']

/** All that is known of the open cycle of one learner in one course version. Times are epoch milliseconds. */
export interface Ledger {
  readonly courseVersionId: string
  readonly userId: string
  readonly cycle: number
  /** What happened before belongs to an earlier cycle. */
  readonly cycleStartedAt: number
  /** Null until an enrollment is known: evidence is kept all the same, but nothing is decided. */
  readonly status: EnrollmentStatus | null
  /** Revision of the `enrollment.changed` that the status is from; 0 while none is known. */
  readonly revision: number
  readonly orgId: string | null
  /** In the order of their arrival; none of them before the cycle started. */
  readonly observations: readonly Observation[]
  /** The frozen date of the cycle's completion; null until it is decided. */
  readonly completedAt: number | null
}

/** A cycle that another one followed. What happened from `endedAt` on belongs to a later one. */
export interface ClosedCycle {
  readonly courseVersionId: string
  readonly userId: string
  readonly cycle: number
  readonly startedAt: number
  readonly endedAt: number
  readonly status: EnrollmentStatus | null
}

/** What `enrollment.changed` says, reduced to what decides. */
export interface EnrollmentFact {
  readonly status: EnrollmentStatus
  readonly revision: number
  readonly cycle: number
  readonly cycleStartedAt: number
  readonly orgId: string | null
}

/** An enrollment of which nothing is known yet: its first cycle, which has no beginning. */
export function emptyLedger(key: { readonly courseVersionId: string; readonly userId: string }): Ledger {
  return { ...key, cycle: 1, cycleStartedAt: 0, status: null, revision: 0, orgId: null, observations: [], completedAt: null }
}

/** Adds what is new and of the open cycle; the same object when there is nothing of the kind. */
export function withObservations(ledger: Ledger, news: readonly Observation[]): Ledger {
  const ofCycle = news.filter(({ at }) => at >= ledger.cycleStartedAt)
  const added = ofCycle.length === 0 ? [] : unknownAmong(ledger.observations, ofCycle)
  return added.length === 0 ? ledger : { ...ledger, observations: [...ledger.observations, ...added] }
}

/**
 * Takes over a fact: the highest revision wins, an older one, or one of an earlier cycle, changes nothing and returns the same
 * object. A later cycle begins with what was observed since its start; what the cycle before it held stays with that.
 */
export function withEnrollment(ledger: Ledger, fact: EnrollmentFact): Ledger {
  if (fact.revision <= ledger.revision || fact.cycle < ledger.cycle) return ledger
  const { status, revision, orgId } = fact
  if (fact.cycle === ledger.cycle) return { ...ledger, status, revision, orgId }
  const { cycle, cycleStartedAt } = fact
  const observations = ledger.observations.filter(({ at }) => at >= cycleStartedAt)
  return { ...ledger, cycle, cycleStartedAt, status, revision, orgId, observations, completedAt: null }
}

/** The cycle that was open in `before` and no longer is in `after`; null while it is. */
export function closedBetween(before: Ledger, after: Ledger): ClosedCycle | null {
  if (after.cycle === before.cycle) return null
  const { courseVersionId, userId, cycle, cycleStartedAt: startedAt, status } = before
  return { courseVersionId, userId, cycle, startedAt, endedAt: after.cycleStartedAt, status }
}
