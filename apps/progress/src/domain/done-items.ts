import { evaluate, percentageOf, type Rule } from '@laurel/course-rule'

/** A bitmap over the items of a rule: item `ordinal` is bit `ordinal & 7` of byte `ordinal >> 3`. Zero bytes at the end may be missing. */
export type DoneItems = Buffer

export const NOTHING_DONE: DoneItems = Buffer.alloc(0)

export function isDone(done: DoneItems, ordinal: number): boolean {
  return ((done[ordinal >> 3] ?? 0) & (1 << (ordinal & 7))) !== 0
}

/** The same with these items done as well; the same object when they all were. */
export function withDone(done: DoneItems, ordinals: Iterable<number>): DoneItems {
  const added = [...ordinals].filter((ordinal) => !isDone(done, ordinal))
  if (added.length === 0) return done
  const grown = Buffer.alloc(Math.max(done.length, (Math.max(...added) >> 3) + 1))
  done.copy(grown)
  for (const ordinal of added) grown[ordinal >> 3]! |= 1 << (ordinal & 7)
  return grown
}

/** 0-100, by the course rule. */
export function percentageDone(rule: Rule, done: DoneItems): number {
  return percentageOf(evaluate(rule, (ordinal) => (isDone(done, ordinal) ? 0 : null)))
}

/** How many of the version's lessons are done. */
export function lessonsDone(rule: Rule, done: DoneItems): number {
  let count = 0
  for (let ordinal = 0; ordinal < rule.items.length; ordinal++) {
    if (rule.items[ordinal]!.kind === 'lesson' && isDone(done, ordinal)) count++
  }
  return count
}
