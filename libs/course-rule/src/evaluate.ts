import type { Rule } from './rule'

/** When the item with this ordinal was done first, as epoch milliseconds; null while it is not. */
export type DoneAt = (ordinal: number) => number | null
/** The best score (0-100) at the quiz with this ordinal; null without an attempt. */
export type BestScore = (ordinal: number) => number | null

export type Evaluation =
  /** Nothing is required and nothing can be chosen: such a version never completes. */
  | { readonly kind: 'not-evaluable' }
  | { readonly kind: 'incomplete'; readonly satisfied: number; readonly needed: number; readonly percentage: number }
  | { readonly kind: 'complete'; readonly needed: number; readonly completedAt: number }

/**
 * Evaluates the rule: every required lesson completed, every required quiz passed, every elective group satisfied.
 *
 * satisfied = required done + Σ min(choose, done in the group), overlaps counted in each; percentage is
 * floor(100 × satisfied / needed), so it is 100 only when complete. `completedAt` (epoch milliseconds) is the latest
 * among the required items and each group's earliest `choose` items.
 */
export function evaluate(rule: Rule, doneAt: DoneAt): Evaluation {
  if (rule.needed === 0) return { kind: 'not-evaluable' }
  let satisfied = 0
  let completedAt = Number.NEGATIVE_INFINITY
  for (const ordinal of rule.required) {
    const at = doneAt(ordinal)
    if (at === null) continue
    satisfied++
    completedAt = Math.max(completedAt, at)
  }
  for (const group of rule.groups) {
    const earliest = group.of
      .map(doneAt)
      .filter((at) => at !== null)
      .sort((a, b) => a - b)
      .slice(0, group.choose)
    satisfied += earliest.length
    completedAt = Math.max(completedAt, ...earliest)
  }
  if (satisfied === rule.needed) return { kind: 'complete', needed: rule.needed, completedAt }
  return { kind: 'incomplete', satisfied, needed: rule.needed, percentage: Math.floor((100 * satisfied) / rule.needed) }
}

/** The mean of the best attempts at the required quizzes; undefined where no quiz is required or one lacks an attempt. */
export function scoreOf(rule: Rule, bestScore: BestScore): number | undefined {
  const quizzes = rule.required.filter((ordinal) => rule.items[ordinal]!.kind === 'quiz')
  const scores = quizzes.map(bestScore).filter((score) => score !== null)
  if (quizzes.length === 0 || scores.length < quizzes.length) return undefined
  return scores.reduce((sum, score) => sum + score, 0) / scores.length
}

/** What a learner sees: the percentage, 100 for a complete rule, 0 for one that is not evaluable. */
export function percentageOf(evaluation: Evaluation): number {
  switch (evaluation.kind) {
    case 'not-evaluable':
      return 0
    case 'incomplete':
      return evaluation.percentage
    case 'complete':
      return 100
    default:
      return evaluation satisfies never
  }
}
