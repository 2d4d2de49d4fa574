import type { Rule } from '@laurel/course-rule'
import type { Completion, OutsideFact } from './completion'
import type { Observation } from './evidence-log'
import type { ClosedCycle, Ledger } from './ledger'

/** A course version, as far as a decision is explained by it. */
export interface JudgedCourse {
  readonly courseId: string
  readonly title: string
  readonly rule: Rule
  readonly lessons: readonly TitledItem[]
  readonly quizzes: readonly TitledItem[]
}

/** A lesson or quiz by its name; its ordinal is its place in the rule. */
export interface TitledItem {
  readonly id: string
  readonly title: string
  readonly ordinal: number
}

/** A completion, and what became of it. */
export interface DecidedCompletion extends Completion {
  readonly completionId: string
  readonly cycle: number
  readonly detectedAt: Date
  /** Null for one that was only read back from Kafka. */
  readonly ruleHash: string | null
  readonly revoked: { readonly at: Date; readonly by: string | null; readonly reason: string } | null
}

/** An event of the enrollment that waits for something, by its place in Kafka. */
export interface WaitingEvent {
  readonly topic: string
  readonly partition: number
  /** In decimal digits. */
  readonly offset: string
  readonly reason: string
  readonly recordTime: Date
  readonly parkedAt: Date
}

/** A closed cycle with what was observed in it, late evidence included. */
export interface ClosedRecord extends ClosedCycle {
  readonly observations: readonly Observation[]
}

/** All that is known of one enrollment. */
export interface EnrollmentRecord {
  /** An empty one where only other things are known. */
  readonly ledger: Ledger
  /** The organisation that enrolled the learner, by the ledger, else by a completion. */
  readonly orgId: string | null
  /** Null while the course version is unknown. */
  readonly course: JudgedCourse | null
  /** The first cycle first, as the completions are. */
  readonly closed: readonly ClosedRecord[]
  readonly completions: readonly DecidedCompletion[]
  /** In the order of their arrival. */
  readonly outside: readonly OutsideFact[]
  /** The longest parked first; not necessarily all. */
  readonly waiting: readonly WaitingEvent[]
}
