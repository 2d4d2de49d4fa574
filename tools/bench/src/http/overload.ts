import { setTimeout as pause } from 'node:timers/promises'
import { number } from '../frame/print'
import { residentBytes } from '../measure/proc'
import { median, percentile } from '../measure/statistics'
import { otherAnswers } from './capacity'
import { wasGeneratorLimit } from './latency'
import type { Stand } from './stand'

/** More than a full queue holds, so that it is the service that refuses. */
const CONNECTIONS = 4_000
const SAMPLE_MS = 100
const SETTLE_MS = 2_000
/** Where everything is late by intention, a generator may be too; beyond this it no longer offers what it should. */
const LATE_MS = 100
const MEGABYTE = 1 << 20

/** What becomes of twice the requests that the service can do. */
export interface Overload {
  readonly offeredPerSecond: number
  readonly sentPerSecond: number
  /** 200 answers per second, in time. */
  readonly goodput: number
  /** Of all answers, 0-1. */
  readonly refusedShare: number
  /** Answers that are neither 200 nor a 503 with Retry-After. */
  readonly improper: number
  readonly others: Readonly<Record<string, number>>
  /** Due but never sent, because every connection waited. */
  readonly unsent: number
  /** From the scheduled moment, of those accepted. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly isGeneratorLimit: boolean
  readonly memoryMb: MemoryUse
}

/** Resident megabytes of the service. */
export interface MemoryUse {
  readonly before: number
  /** In the second half of the first and of the second overload; medians. */
  readonly first: number
  readonly second: number
  readonly after: number
  /** second / first: a leak grows with each request, a full queue does not. */
  readonly growth: number
}

/** Overloads the shipped variant twice for the time given. */
export async function measureOverload({ bench, processes, run }: Stand, capacity: number): Promise<Overload> {
  const { progress, options } = bench
  const { pid } = processes.shipped
  const rate = Math.max(1, Math.round(2 * capacity))
  return progress.step('overload', async () => {
    const before = residentBytes(pid) / MEGABYTE
    const sampled = () => withMemory(pid, () => run('shipped', { kind: 'open', connections: CONNECTIONS, seconds: options.seconds, rate }))
    const [first, second] = [await sampled(), await sampled()]
    await pause(SETTLE_MS)
    const memoryMb = {
      before,
      first: first.memory,
      second: second.memory,
      after: residentBytes(pid) / MEGABYTE,
      growth: second.memory / first.memory,
    }
    const results = [first.result, second.result]
    const sum = (of: (result: (typeof results)[number]) => number) => results.reduce((total, result) => total + of(result), 0)
    const latencies = Float64Array.from(results.flatMap((result) => [...result.latencies])).sort()
    const others = otherAnswers(results)
    const refused = sum(({ withRetryAfter }) => withRetryAfter)
    const answers = sum(({ statuses }) => Object.values(statuses).reduce((total, count) => total + count, 0))
    const seconds = sum((result) => result.seconds)
    const overload: Overload = {
      offeredPerSecond: rate,
      sentPerSecond: sum(({ sent }) => sent) / seconds,
      goodput: sum(({ inTime }) => inTime) / seconds,
      refusedShare: refused / answers,
      improper: Object.values(others).reduce((total, count) => total + count, 0) - refused,
      others,
      unsent: sum(({ unsent }) => unsent),
      p50Ms: percentile(latencies, 0.5),
      p99Ms: percentile(latencies, 0.99),
      isGeneratorLimit: results.some((result) => wasGeneratorLimit(result, LATE_MS)),
      memoryMb,
    }
    return { done: `overload with ${number(rate)}/s: ${number(Math.round(overload.goodput))}/s done`, value: overload }
  })
}

/** The resident megabytes while `work` was under way: the median of the second half. */
async function withMemory<T>(pid: number, work: () => Promise<T>): Promise<{ result: T; memory: number }> {
  const samples: number[] = []
  const timer = setInterval(() => samples.push(residentBytes(pid) / MEGABYTE), SAMPLE_MS)
  try {
    const result = await work()
    return { result, memory: median(samples.slice(samples.length >> 1)) }
  } finally {
    clearInterval(timer)
  }
}
