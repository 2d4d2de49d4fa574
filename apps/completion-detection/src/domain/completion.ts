import { evaluate, scoreOf, type Rule } from '@laurel/course-rule'
import type { EnrollmentChangedV1 } from '@laurel/contracts'
import { bestScore, doneAt, type Evidence } from './evidence'

export type EnrollmentStatus = EnrollmentChangedV1['status']

/** The frozen facts of a decided completion; times are epoch milliseconds. */
export interface Completion {
  readonly completedAt: number
  readonly score: number | undefined
}

/** All that is known of one learner in one course version. */
export interface Ledger {
  readonly courseVersionId: string
  readonly userId: string
  readonly cycle: number
  /** Null until an enrollment is known: evidence is kept all the same, but nothing is decided. */
  readonly status: EnrollmentStatus | null
  /** Revision of the `enrollment.changed` that the status is from; 0 while none is known. */
  readonly revision: number
  readonly orgId: string | null
  readonly evidence: Evidence
  readonly completion: Completion | null
  /** Number of writes to the row; 0 for one that is not stored yet. */
  readonly version: number
}

export type Decision =
  | { readonly kind: 'already-complete' }
  /** The rule's version is unknown or needs nothing. */
  | { readonly kind: 'not-evaluable' }
  /** Whether the rule is satisfied or not, only an active enrollment completes. */
  | { readonly kind: 'not-active' }
  | { readonly kind: 'progressed'; readonly percentage: number }
  | { readonly kind: 'completed'; readonly completion: Completion }

/** Decides whether this ledger completes its course version now. Evidence is always kept; the status only gates this. */
export function decideCompletion(ledger: Ledger, rule: Rule | null): Decision {
  if (ledger.completion !== null) return { kind: 'already-complete' }
  if (ledger.status !== 'active') return { kind: 'not-active' }
  if (rule === null) return { kind: 'not-evaluable' }
  const evaluation = evaluate(rule, (ordinal) => doneAt(ledger.evidence, ordinal))
  switch (evaluation.kind) {
    case 'not-evaluable':
      return { kind: 'not-evaluable' }
    case 'incomplete':
      return { kind: 'progressed', percentage: evaluation.percentage }
    case 'complete': {
      const score = scoreOf(rule, (ordinal) => bestScore(ledger.evidence, ordinal))
      return { kind: 'completed', completion: { completedAt: evaluation.completedAt, score } }
    }
    default:
      return evaluation satisfies never
  }
}

/** What `enrollment.changed` says, reduced to what decides. */
export interface EnrollmentFact {
  readonly status: EnrollmentStatus
  readonly revision: number
  readonly cycle: number
  readonly orgId: string | null
}

/** The highest revision wins; an older one changes nothing and returns the same object. */
export function withEnrollment(ledger: Ledger, fact: EnrollmentFact): Ledger {
  if (fact.revision <= ledger.revision) return ledger
  return { ...ledger, status: fact.status, revision: fact.revision, orgId: fact.orgId }
}
