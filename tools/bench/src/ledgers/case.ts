import type { Bench } from '../frame/bench'
import { ensureLedgers } from './ensure-ledgers'
import { LedgerWorld, type LedgerShape } from './ledger-world'
import { mixedLessons, type LessonsDone } from './lessons-done'
import { Model } from './model'

/** Ledgers, what is folded into them, and what must come of it. */
export interface Case {
  readonly world: LedgerWorld
  readonly lessons: LessonsDone
  /** Completions that must come of it, see `Model.completions`. */
  readonly completions: ReadonlyMap<string, string>
  /** The seeded database; never written to. */
  readonly seeded: string
}

export async function prepareCase(bench: Bench, shape: LedgerShape): Promise<Case> {
  const { seed, events } = bench.options
  const world = new LedgerWorld(shape, seed)
  const lessons = mixedLessons(world, events)
  return { world, lessons, completions: new Model(world, lessons).completions(), seeded: await ensureLedgers(bench, world) }
}
