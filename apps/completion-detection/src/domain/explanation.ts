import { evaluate, percentageOf, ruleHash, type Evaluation } from '@laurel/course-rule'
import type { OutsideFact } from './completion'
import type { DecidedCompletion, EnrollmentRecord, JudgedCourse, WaitingEvent } from './enrollment-record'
import { evidenceOf } from './evidence'
import type { Observation } from './evidence-log'
import { explainRule, type ExplainedRule } from './explained-rule'
import type { EnrollmentStatus } from './ledger'

/** Why a cycle has no completion. */
export type Undecided =
  /** Its course version has not arrived. */
  | 'unknown-course-version'
  /** No enrollment has arrived; evidence is kept meanwhile. */
  | 'unknown-enrollment'
  /** The enrollment is cancelled or revoked, or completed elsewhere. */
  | 'not-active'
  /** Nothing is required: only something outside the events can complete it. */
  | 'nothing-required'
  | 'incomplete'
  /** Everything is done; the next sweep decides it. */
  | 'awaits-sweep'
  /** A later cycle followed it. */
  | 'closed'

/** How one cycle stands. Times are epoch milliseconds. */
export interface ExplainedCycle {
  readonly cycle: number
  /** Null where only the completion is known. */
  readonly startedAt: number | null
  /** Null for the open cycle. */
  readonly endedAt: number | null
  /** Of a closed cycle: when it was closed. Null while no enrollment is known. */
  readonly status: EnrollmentStatus | null
  /** 100 with a completion that stands; null while the course version is unknown. */
  readonly percentage: number | null
  readonly completion: DecidedCompletion | null
  /** Whether the rule that decided is the one that the version has now; null without a completion, or where that rule is not known. */
  readonly isRuleOfVersion: boolean | null
  /** Null with a completion. */
  readonly undecided: Undecided | null
  /** Null while the course version is unknown. */
  readonly rule: ExplainedRule | null
}

/** Something from outside that said "complete". */
export interface ExplainedFact extends OutsideFact {
  /** The cycle that its date belongs to; null where that is not known. */
  readonly cycle: number | null
  /** Whether it is what completed that cycle. */
  readonly decided: boolean
}

export interface Explanation {
  readonly courseVersionId: string
  readonly userId: string
  readonly course: JudgedCourse | null
  readonly status: EnrollmentStatus | null
  readonly open: ExplainedCycle
  /** The latest first. */
  readonly earlier: readonly ExplainedCycle[]
  readonly outside: readonly ExplainedFact[]
  readonly waiting: readonly WaitingEvent[]
}

interface CycleFacts extends Pick<ExplainedCycle, 'cycle' | 'startedAt' | 'endedAt' | 'status'> {
  readonly observations: readonly Observation[]
}

/** Why an enrollment is complete, or why it is not, cycle by cycle. */
export function explain(record: EnrollmentRecord): Explanation {
  const { ledger, course, outside, waiting } = record
  const { cycle, cycleStartedAt: startedAt, status, observations } = ledger
  const open = { cycle, startedAt, endedAt: null, status, observations }
  const earlier = earlierCycles(record)
  return {
    courseVersionId: ledger.courseVersionId,
    userId: ledger.userId,
    course,
    status,
    open: explainCycle(open, record),
    earlier: earlier.map((one) => explainCycle(one, record)).toSorted((a, b) => b.cycle - a.cycle),
    outside: outside.map((fact) => explainFact(fact, [open, ...earlier], record.completions)),
    waiting,
  }
}

/** Closed cycles, and those that only a completion tells of. */
function earlierCycles({ ledger, closed, completions }: EnrollmentRecord): CycleFacts[] {
  const known = new Set([ledger.cycle, ...closed.map(({ cycle }) => cycle)])
  const bare = completions.filter(({ cycle }) => !known.has(cycle))
  return [...closed, ...bare.map(({ cycle }) => ({ cycle, startedAt: null, endedAt: null, status: null, observations: [] }))]
}

function explainCycle(facts: CycleFacts, { course, completions, ledger }: EnrollmentRecord): ExplainedCycle {
  const { observations, cycle, startedAt, endedAt, status } = facts
  const completion = completions.find((one) => one.cycle === cycle) ?? null
  const evaluation = course && evaluate(course.rule, evidenceOf(course.rule, observations).doneAt)
  const stands = completion !== null && completion.revoked === null
  return {
    cycle,
    startedAt,
    endedAt,
    status,
    percentage: stands ? 100 : evaluation && percentageOf(evaluation),
    completion,
    isRuleOfVersion: course && completion?.ruleHash ? completion.ruleHash === ruleHash(course.rule) : null,
    undecided: completion ? null : whyUndecided(status, evaluation, cycle === ledger.cycle),
    rule: course && explainRule(course, observations),
  }
}

function whyUndecided(status: EnrollmentStatus | null, evaluation: Evaluation | null, isOpen: boolean): Undecided {
  if (!isOpen) return 'closed'
  if (status !== null && status !== 'active') return 'not-active'
  if (evaluation === null) return 'unknown-course-version'
  if (status === null) return 'unknown-enrollment'
  switch (evaluation.kind) {
    case 'not-evaluable':
      return 'nothing-required'
    case 'incomplete':
      return 'incomplete'
    case 'complete':
      return 'awaits-sweep'
    default:
      return evaluation satisfies never
  }
}

/** A fact without a date belongs to the first cycle. */
function explainFact(fact: OutsideFact, cycles: readonly CycleFacts[], completions: readonly DecidedCompletion[]): ExplainedFact {
  const { completedAt: at, detectedBy, detectedFrom } = fact
  const isWithin = ({ startedAt, endedAt }: CycleFacts) =>
    at !== null && startedAt !== null && at >= startedAt && (endedAt === null || at < endedAt)
  const cycle = at === null ? 1 : (cycles.find(isWithin)?.cycle ?? null)
  const completion = completions.find((one) => one.cycle === cycle)
  return { ...fact, cycle, decided: completion?.detectedBy === detectedBy && completion.detectedFrom === detectedFrom }
}
