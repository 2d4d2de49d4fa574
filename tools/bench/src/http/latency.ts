import type { LoadResult } from '../load/protocol'
import { percentile } from '../measure/statistics'
import { number } from '../frame/print'
import { otherAnswers, type Capacity } from './capacity'
import type { Stand } from './stand'
import { VARIANTS, type VariantName } from './variants'

const CONNECTIONS = 512
/** A variant that cannot bear the rate gets this part of its capacity. */
const BEARABLE = 0.6
/** A generator that is later than this at its 99th percentile tells of itself, not of what it loads. */
const LATE_MS = 5
const BUSY = 0.9

/** Latency under requests that arrive on their own, counted from the scheduled moment. */
export interface Latency {
  readonly rate: number
  readonly sentPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
  readonly generatorLateP99Ms: number
  readonly generatorBusy: number
  readonly others: Readonly<Record<string, number>>
  readonly isGeneratorLimit: boolean
}

/** Open loop: the shipped variant at the wanted rate, for comparison the others at one that they can bear. */
export async function measureLatency(
  { bench, run }: Stand,
  capacities: Record<VariantName, Capacity>,
): Promise<Record<VariantName, Latency>> {
  const { progress, options } = bench
  const measured: [VariantName, Latency][] = []
  for (const { name, title } of VARIANTS) {
    const shipped = name === 'shipped'
    const rate = shipped ? options.rate : Math.max(1, Math.min(options.rate, Math.floor(BEARABLE * capacities[name].perSecond)))
    const seconds = shipped ? options.seconds * options.rounds : options.seconds
    await progress.step(`${title} at ${rate}/s`, async () => {
      const latency = latencyOf(rate, await run(name, { kind: 'open', connections: CONNECTIONS, seconds, rate }))
      measured.push([name, latency])
      return { done: `${title} at ${number(rate)}/s: p99 ${number(latency.p99Ms)} ms`, value: undefined }
    })
  }
  return Object.fromEntries(measured) as Record<VariantName, Latency>
}

function latencyOf(rate: number, result: LoadResult): Latency {
  const { latencies, lateness, busy, sent, seconds } = result
  return {
    rate,
    sentPerSecond: sent / seconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    p999Ms: percentile(latencies, 0.999),
    generatorLateP99Ms: percentile(lateness, 0.99),
    generatorBusy: busy,
    others: otherAnswers([result]),
    isGeneratorLimit: wasGeneratorLimit(result, LATE_MS),
  }
}

/** Whether the generator, busy itself or without its share of the machine, was the limit rather than what it loads. */
export function wasGeneratorLimit({ busy, lateness }: LoadResult, lateMs: number): boolean {
  return busy > BUSY || percentile(lateness, 0.99) > lateMs
}
