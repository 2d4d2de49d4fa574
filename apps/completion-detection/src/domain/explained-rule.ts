import { LessonCompletedV1, QuizAttemptedV1 } from '@laurel/contracts'
import type { RuleItem } from '@laurel/course-rule'
import type { JudgedCourse, TitledItem } from './enrollment-record'
import { evidenceOf } from './evidence'
import type { Observation } from './evidence-log'

/** An event that is evidence of an item: where it lies, what it says. Times are epoch milliseconds. */
export interface ItemEvidence extends Omit<Observation, 'ordinal'> {
  readonly topic: string
}

/** A lesson or quiz, whether it is done, and by what. */
export interface ExplainedItem {
  readonly id: string
  readonly kind: RuleItem['kind']
  readonly title: string
  readonly satisfied: boolean
  /** When it was done first. */
  readonly doneAt: number | null
  /** Lowest score that passes; null for a lesson. */
  readonly passThreshold: number | null
  /** Null for a lesson, and without an attempt. */
  readonly bestScore: number | null
  /** In the order of arrival. */
  readonly evidence: readonly ItemEvidence[]
}

/** Of these items, any `choose` must be done. */
export interface ExplainedGroup {
  readonly choose: number
  readonly done: number
  readonly satisfied: boolean
  readonly of: readonly ExplainedItem[]
}

/** Each part of a course version's rule, and how it stands. */
export interface ExplainedRule {
  /** Lessons first, then quizzes, as they were published. */
  readonly required: readonly ExplainedItem[]
  readonly electives: readonly ExplainedGroup[]
  /** Other items that there is evidence of; they count for nothing. */
  readonly optional: readonly ExplainedItem[]
}

const TOPIC_OF = { lesson: LessonCompletedV1.topic, quiz: QuizAttemptedV1.topic } as const

/** Holds observations of one cycle against the rule of their course version. */
export function explainRule(course: JudgedCourse, observations: readonly Observation[]): ExplainedRule {
  const { rule } = course
  const titles = titlesOf(course)
  const { doneAt, bestScore } = evidenceOf(rule, observations)
  const byOrdinal = Map.groupBy(observations, ({ ordinal }) => ordinal)
  const explained = rule.items.map((item, ordinal): ExplainedItem => ({
    id: item.id,
    kind: item.kind,
    title: titles.get(ordinal)!,
    satisfied: doneAt(ordinal) !== null,
    doneAt: doneAt(ordinal),
    passThreshold: item.kind === 'quiz' ? item.passThreshold : null,
    bestScore: bestScore(ordinal),
    evidence: (byOrdinal.get(ordinal) ?? []).map(({ ordinal: _, ...one }) => ({ topic: TOPIC_OF[item.kind], ...one })),
  }))
  const judged = new Set([...rule.required, ...rule.groups.flatMap(({ of }) => of)])
  return {
    required: rule.required.map((ordinal) => explained[ordinal]!),
    electives: rule.groups.map(({ choose, of }): ExplainedGroup => {
      const items = of.map((ordinal) => explained[ordinal]!)
      const done = items.filter(({ satisfied }) => satisfied).length
      return { choose, done, satisfied: done >= choose, of: items }
    }),
    optional: explained.filter(({ evidence }, ordinal) => !judged.has(ordinal) && evidence.length > 0),
  }
}

function titlesOf({ lessons, quizzes }: JudgedCourse): ReadonlyMap<number, string> {
  return new Map([...lessons, ...quizzes].map(({ ordinal, title }: TitledItem) => [ordinal, title]))
}
