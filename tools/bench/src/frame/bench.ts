import type { Infra, Progress } from '@laurel/dev-stack'
import type { BenchOptions } from '../arguments'
import type { World } from '../seed/world'
import type { Closing } from './closing'
import type { Databases } from './databases'
import type { Outcome } from './outcome'

/** What a benchmark works with: servers that run, and a seeded database to copy. */
export interface Bench {
  readonly options: BenchOptions
  readonly infra: Infra
  readonly databases: Databases
  /** What the seeded database holds. */
  readonly world: World
  readonly progress: Progress
  readonly closing: Closing
}

/** A benchmark by its name: measures and judges. */
export interface NamedBench {
  readonly name: string
  /** What is measured, as part of a sentence. */
  readonly summary: string
  run(bench: Bench): Promise<Outcome>
}
