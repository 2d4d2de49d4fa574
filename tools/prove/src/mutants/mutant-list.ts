import { ONCE_MUTANTS, OUTSIDE_MUTANTS } from './list/completion-mutants'
import { DELIVERY_MUTANTS, RELAY_MUTANTS } from './list/messaging-mutants'
import { JOB_MUTANTS, PROGRESS_MUTANTS, RULE_MUTANTS } from './list/other-mutants'
import type { Mutant } from './mutant'

/** Every seeded bug, those that are told soonest first. */
export const MUTANTS: readonly Mutant[] = [
  ...RULE_MUTANTS,
  ...DELIVERY_MUTANTS,
  ...RELAY_MUTANTS,
  ...ONCE_MUTANTS,
  ...OUTSIDE_MUTANTS,
  ...JOB_MUTANTS,
  ...PROGRESS_MUTANTS,
]
