import type { Rule } from '@laurel/course-rule'
import type { Bits } from '@laurel/postgres'
import { isDoneBy } from '../domain/evidence'
import type { Observation } from '../domain/evidence-log'

/** Of an enrollment of which nothing was observed: its course version may be unknown yet. */
const NO_BITS: Bits = { length: 0, bytes: Buffer.alloc(0) }

/** A bit for each item of the rule: set for these ordinals. Bit `n` is the nth from the left, as Postgres counts them. */
export function bitsOf(rule: Rule, ordinals: Iterable<number>): Bits {
  const { length } = rule.items
  const bytes = Buffer.alloc((length + 7) >> 3)
  for (const ordinal of ordinals) bytes[ordinal >> 3]! |= 0x80 >> (ordinal & 7)
  return { length, bytes }
}

/** The items that observations make done; none at all without observations. */
export function doneBits(rule: Rule | null, observations: readonly Observation[]): Bits {
  const [first] = observations
  if (rule === null || first === undefined) return NO_BITS
  const masks = masksOf(rule)
  if (observations.length === 1 && isDoneBy(rule, first.ordinal, first.score))
    return (masks.single[first.ordinal] ??= bitsOf(rule, [first.ordinal]))
  return bitsOf(
    rule,
    observations.filter(({ ordinal, score }) => isDoneBy(rule, ordinal, score)).map(({ ordinal }) => ordinal),
  )
}

/** The items without which nothing completes. */
export function requiredBits(rule: Rule): Bits {
  return masksOf(rule).required
}

/** Bits that are the same for every enrollment; most evidence is of one item. */
interface Masks {
  readonly required: Bits
  readonly single: (Bits | undefined)[]
}

const known = new WeakMap<Rule, Masks>()

function masksOf(rule: Rule): Masks {
  let masks = known.get(rule)
  if (masks === undefined) known.set(rule, (masks = { required: bitsOf(rule, rule.required), single: [] }))
  return masks
}
