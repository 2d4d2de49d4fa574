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
  if (rule === null || observations.length === 0) return NO_BITS
  return bitsOf(
    rule,
    observations.filter(({ ordinal, score }) => isDoneBy(rule, ordinal, score)).map(({ ordinal }) => ordinal),
  )
}

const requiredOf = new WeakMap<Rule, Bits>()

/** The items without which nothing completes. */
export function requiredBits(rule: Rule): Bits {
  const known = requiredOf.get(rule)
  if (known) return known
  const bits = bitsOf(rule, rule.required)
  requiredOf.set(rule, bits)
  return bits
}
