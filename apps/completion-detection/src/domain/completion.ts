import { evaluate, scoreOf, type Rule } from '@laurel/course-rule'
import type { CourseCompletedV1 } from '@laurel/contracts'
import { evidenceOf } from './evidence'
import type { Ledger } from './ledger'

/** What found a completion: the events of the course itself, or something outside that says so. */
export type DetectedBy = CourseCompletedV1['detected_by']

/** A "complete" from outside the events: it satisfies the whole rule. */
export interface OutsideFact {
  readonly detectedBy: Exclude<DetectedBy, 'events'>
  /** Epoch milliseconds; null where nothing dates it, then it counts in the first cycle only. */
  readonly completedAt: number | null
  /** When it was first heard of: the date of a completion that has none of its own. */
  readonly receivedAt: number
  /** What said so: a delivery, a checker's run, a person. */
  readonly detectedFrom: string
  readonly reason: string | null
}

/** The frozen facts of a decided completion; `completedAt` is epoch milliseconds. */
export interface Completion {
  readonly completedAt: number
  readonly score: number | undefined
  readonly detectedBy: DetectedBy
  readonly detectedFrom: string | null
  readonly reason: string | null
}

export type Decision =
  | { readonly kind: 'already-complete' }
  /** Whether the rule is satisfied or not, only an active enrollment completes. */
  | { readonly kind: 'not-active' }
  /** The rule's version is unknown or needs nothing. */
  | { readonly kind: 'not-evaluable' }
  | { readonly kind: 'progressed'; readonly percentage: number }
  | { readonly kind: 'completed'; readonly completion: Completion }

/**
 * Decides whether this ledger completes its course version now. Evidence is always kept; the status only gates this. Of
 * several facts from outside the one heard of first decides.
 */
export function decideCompletion(ledger: Ledger, rule: Rule | null, outside: readonly OutsideFact[] = []): Decision {
  if (ledger.completedAt !== null) return { kind: 'already-complete' }
  if (ledger.status !== 'active') return { kind: 'not-active' }
  const evidence = rule && evidenceOf(rule, ledger.observations)
  const evaluation = rule && evidence ? evaluate(rule, evidence.doneAt) : null
  const score = rule && evidence ? scoreOf(rule, evidence.bestScore) : undefined
  if (evaluation?.kind === 'complete') {
    const { completedAt } = evaluation
    return { kind: 'completed', completion: { completedAt, score, detectedBy: 'events', detectedFrom: null, reason: null } }
  }
  const fact = outside.find((one) => isOfOpenCycle(ledger, one))
  if (fact) {
    const { detectedBy, detectedFrom, reason } = fact
    return { kind: 'completed', completion: { completedAt: fact.completedAt ?? fact.receivedAt, score, detectedBy, detectedFrom, reason } }
  }
  if (evaluation?.kind === 'incomplete') return { kind: 'progressed', percentage: evaluation.percentage }
  return { kind: 'not-evaluable' }
}

/** Whether a fact from outside counts in the cycle that is open: by its date, without one in the first. */
export function isOfOpenCycle(ledger: Ledger, { completedAt }: OutsideFact): boolean {
  return completedAt === null ? ledger.cycle === 1 : completedAt >= ledger.cycleStartedAt
}
