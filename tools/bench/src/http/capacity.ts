import { number } from '../frame/print'
import { median, percentile } from '../measure/statistics'
import type { CpuPerRequest, Stand } from './stand'
import { VARIANTS, type VariantName } from './variants'

const WARM_UP_SECONDS = 5

/** What a variant can do when it always has enough to do. */
export interface Capacity {
  /** Requests answered with 200 per second, the median of the rounds. */
  readonly perSecond: number
  readonly rounds: readonly number[]
  /** Medians of the rounds. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuMicros: CpuPerRequest
  /** How much of a core the generator used at most, 0-1. */
  readonly generatorBusy: number
  /** Answers other than 200, of all rounds together. */
  readonly others: Readonly<Record<string, number>>
}

/** Closed loop, the variants in turn, several rounds. The first seconds of each process count for nothing. */
export async function measureCapacity({ bench, run }: Stand): Promise<Record<VariantName, Capacity>> {
  const { progress, options } = bench
  const { connections, seconds, rounds } = options
  await progress.step('warm-up', async () => {
    for (const { name } of VARIANTS) await run(name, { kind: 'closed', connections, seconds: Math.min(WARM_UP_SECONDS, seconds) })
    return { done: 'warm-up', value: undefined }
  })
  const results = new Map<VariantName, Awaited<ReturnType<typeof run>>[]>(VARIANTS.map(({ name }) => [name, []]))
  for (let round = 1; round <= rounds; round++) {
    await progress.step(`round ${round}`, async () => {
      for (const { name } of VARIANTS) results.get(name)!.push(await run(name, { kind: 'closed', connections, seconds }))
      const rates = VARIANTS.map(({ name }) => number(Math.round(perSecond(results.get(name)!.at(-1)!))))
      return { done: `capacity, round ${round} of ${rounds}: ${rates.join(' / ')} requests/s`, value: undefined }
    })
  }
  return Object.fromEntries(VARIANTS.map(({ name }) => [name, capacityOf(results.get(name)!)])) as Record<VariantName, Capacity>
}

/** How much more the shipped variant does. Taken within a round, so that what slows the machine for a while slows both sides. */
export function ratioTo(capacity: Readonly<Record<VariantName, Pick<Capacity, 'rounds'>>>, name: VariantName): number {
  return median(capacity.shipped.rounds.map((shipped, round) => shipped / capacity[name].rounds[round]!))
}

function perSecond({ inTime, seconds }: { inTime: number; seconds: number }): number {
  return inTime / seconds
}

function capacityOf(results: readonly Awaited<ReturnType<Stand['run']>>[]): Capacity {
  const middle = (of: (result: (typeof results)[number]) => number) => median(results.map(of))
  return {
    perSecond: middle(perSecond),
    rounds: results.map(perSecond),
    p50Ms: middle(({ latencies }) => percentile(latencies, 0.5)),
    p99Ms: middle(({ latencies }) => percentile(latencies, 0.99)),
    cpuMicros: {
      service: middle(({ cpuMicros }) => cpuMicros.service),
      postgres: middle(({ cpuMicros }) => cpuMicros.postgres),
      generator: middle(({ cpuMicros }) => cpuMicros.generator),
    },
    generatorBusy: Math.max(...results.map(({ busy }) => busy)),
    others: otherAnswers(results),
  }
}

/** Answers that were not 200, and requests without one, by status. */
export function otherAnswers(
  results: readonly { statuses: Readonly<Record<string, number>>; unanswered: number }[],
): Record<string, number> {
  const others: Record<string, number> = {}
  for (const { statuses, unanswered } of results) {
    for (const [status, count] of Object.entries({ ...statuses, unanswered })) {
      if (status !== '200' && count > 0) others[status] = (others[status] ?? 0) + count
    }
  }
  return others
}
