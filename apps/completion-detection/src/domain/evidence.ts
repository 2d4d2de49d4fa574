import { passes, type BestScore, type DoneAt, type Rule } from '@laurel/course-rule'
import type { Observation } from './evidence-log'

/** What observations of one cycle amount to, as the course rule asks for it. */
export interface Evidence {
  readonly doneAt: DoneAt
  readonly bestScore: BestScore
}

/**
 * A lesson is done when it was first completed, a quiz when it was first passed, by the version's threshold whatever the
 * sender said; the best attempt counts for the score. The same in any order and with any repetition.
 */
export function evidenceOf(rule: Rule, observations: readonly Observation[]): Evidence {
  const done = new Map<number, number>()
  const best = new Map<number, number>()
  for (const { ordinal, at, score } of observations) {
    if (isDoneBy(rule, ordinal, score)) done.set(ordinal, Math.min(at, done.get(ordinal) ?? at))
    if (score !== null) best.set(ordinal, Math.max(score, best.get(ordinal) ?? score))
  }
  return { doneAt: (ordinal) => done.get(ordinal) ?? null, bestScore: (ordinal) => best.get(ordinal) ?? null }
}

/** Whether an observation makes its item done. */
export function isDoneBy(rule: Rule, ordinal: number, score: number | null): boolean {
  const item = rule.items[ordinal]
  return item?.kind === 'quiz' ? score !== null && passes(score, item.passThreshold) : item !== undefined
}

/**
 * Those of `news` that `known` does not say already, each once. Of an item that was done again at another time both are
 * kept: which of them counts depends on the cycle that each belongs to.
 */
export function unknownAmong(known: readonly Observation[], news: readonly Observation[]): Observation[] {
  const seen = new Set(known.map(identityOf))
  return news.filter((one) => {
    const identity = identityOf(one)
    if (seen.has(identity)) return false
    seen.add(identity)
    return true
  })
}

function identityOf({ ordinal, at, score }: Observation): string {
  return `${ordinal} ${at} ${score ?? ''}`
}
