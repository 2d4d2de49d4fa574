import type { Bench } from '../frame/bench'
import type { HttpChild } from '../frame/children'
import type { Closing } from '../frame/closing'
import { number } from '../frame/print'
import { LoadGenerator } from '../load/load-generator'
import type { Load, LoadResult } from '../load/protocol'
import { countCpu } from '../measure/proc'
import { SEEDED } from '../seed/seed'
import { startIam } from './iam'
import { startVariants, VARIANTS, type VariantName } from './variants'

const DATABASE = 'laurel_bench_http'

/** Microseconds of CPU per request answered with 200, by process; what refusing others took is in them. */
export type CpuPerRequest = Readonly<Record<'service' | 'postgres' | 'generator', number>>

/** The variants under test, each a process, with a generator that can load them. */
export interface Stand {
  readonly bench: Bench
  readonly database: string
  readonly processes: Readonly<Record<VariantName, HttpChild>>
  readonly generator: LoadGenerator
  /** Loads one variant. */
  run(variant: VariantName, load: Load): Promise<LoadResult & { readonly cpuMicros: CpuPerRequest }>
}

export function targetOf(variant: VariantName): number {
  return VARIANTS.findIndex(({ name }) => name === variant)
}

/** Copies the seeded tables, signs tokens and starts everything; `closing` stops it. */
export async function startStand(bench: Bench, closing: Closing): Promise<Stand> {
  const { databases, world, progress, infra } = bench
  await progress.step('tables', async () => {
    await databases.copy(SEEDED, DATABASE)
    closing.add(() => databases.drop(DATABASE))
    return { done: 'a copy of the seeded tables', value: undefined }
  })
  const iam = await progress.step('tokens', async () => {
    const started = await startIam(closing, world)
    return { done: `${number(started.tokens.length)} tokens signed`, value: started }
  })
  const processes = await progress.step('services', async () => ({
    done: 'a process per variant',
    value: await startVariants({ ...bench, closing }, DATABASE, iam),
  }))
  const ports = VARIANTS.map(({ name }) => processes[name].port)
  const generator = await LoadGenerator.start(closing, { rows: world.rows, seed: world.seed, tokens: iam.tokens, ports })
  return {
    bench,
    database: DATABASE,
    processes,
    generator,
    async run(variant, load) {
      await databases.checkpoint()
      const used = countCpu({ service: processes[variant].pid, postgres: infra.processes.postgres?.pid, generator: generator.pid })
      const result = await generator.run(targetOf(variant), load)
      const { service, postgres, generator: generating } = used() as CpuPerRequest
      const each = (seconds: number) => (seconds * 1e6) / (result.statuses['200'] ?? 0)
      return { ...result, cpuMicros: { service: each(service), postgres: each(postgres), generator: each(generating) } }
    },
  }
}
