import { percentile, type LoadResult } from '@laurel/bench'
import type { Findings } from '../findings'
import type { MemoryUse } from './memory-watch'

export const GOODPUT_SHARE = 0.9
export const P99_MS = 500
/** Late to early resident memory; a leak grows with each request, a full queue does not. */
export const MEMORY_GROWTH = 1.15
/** An idle service has about 150 MB, and its heap may grow to 512 MB. */
export const MEMORY_MB = 700
/** A generator that is later than this, or uses more of its core, offers something else than it should. */
const LATE_MS = 100
const BUSY = 0.95

/** A load, and how many cores each process used meanwhile. */
export type Loaded = LoadResult & { readonly cores: Readonly<Record<string, number>> }

/** What a run measured. */
export interface Measured {
  /** Closed loop: as much as it can. */
  readonly capacity: Loaded
  /** Offered in the overload, per second. */
  readonly rate: number
  readonly overload: Loaded
  /** A few connections, right after the overload. */
  readonly afterwards: LoadResult
  readonly memoryMb: MemoryUse
  /** How often the service ended although nobody told it to. */
  readonly endedByItself: number
}

/** 200 answers in time, per second. */
export function perSecond({ inTime, seconds }: Pick<LoadResult, 'inTime' | 'seconds'>): number {
  return inTime / seconds
}

/** Adds a finding for everything that was not as promised; a figure that is not there holds no bar. */
export function judge(measured: Measured, findings: Findings): void {
  const { capacity, overload, afterwards, memoryMb } = measured
  const hold = (isHeld: boolean, what: string) => (isHeld ? undefined : findings.add('wrong', what))
  const share = perSecond(overload) / perSecond(capacity)
  hold(share >= GOODPUT_SHARE, `goodput is ${percent(share)} of capacity, not at least ${percent(GOODPUT_SHARE)}`)
  const p99 = percentile(overload.latencies, 0.99)
  hold(p99 <= P99_MS, `the 99th percentile of what was accepted is ${Math.round(p99)} ms, not at most ${P99_MS} ms`)
  for (const [when, result] of Object.entries({ capacity, overload })) {
    const improper = improperAnswers(result)
    hold(improper.length === 0, `${when}: answers other than 200 and 503 with Retry-After: ${improper.join(', ')}`)
  }
  hold(overload.withRetryAfter > 0, 'nothing was refused: that was no overload')
  hold(refusals(afterwards) === 0 && afterwards.inTime > 0, `after the overload ${refusals(afterwards)} requests were refused`)
  hold(memoryMb.late <= MEMORY_GROWTH * memoryMb.early, `memory grew from ${Math.round(memoryMb.early)} to ${Math.round(memoryMb.late)} MB`)
  hold(memoryMb.highest <= MEMORY_MB, `memory rose to ${Math.round(memoryMb.highest)} MB, not at most ${MEMORY_MB} MB`)
  hold(measured.endedByItself === 0, `progress ended ${measured.endedByItself} times by itself`)
  const late = percentile(overload.lateness, 0.99)
  hold(
    late <= LATE_MS && overload.busy <= BUSY,
    `nothing is proven: the load generator could not send as it should (${Math.round(late)} ms late)`,
  )
}

/** In words; requests without an answer or never sent are among them. */
function improperAnswers({ statuses, withRetryAfter, unanswered, unsent }: LoadResult): string[] {
  const { 200: _good, 503: refused = 0, ...others } = statuses
  const counts = { ...others, '503 without Retry-After': refused - withRetryAfter, 'no answer': unanswered, 'no free connection': unsent }
  return Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${count} × ${what}`] : []))
}

function refusals({ sent, statuses }: LoadResult): number {
  return sent - (statuses['200'] ?? 0)
}

export function figuresOf({ capacity, rate, overload, memoryMb }: Measured): Record<string, number | string> {
  const answers = Object.values(overload.statuses).reduce((sum, count) => sum + count, 0)
  const ms = (part: number) => `${percentile(overload.latencies, part).toFixed(0)} ms`
  return {
    'capacity, requests/s': Math.round(perSecond(capacity)),
    'offered, requests/s': rate,
    'sent, requests/s': Math.round(overload.sent / overload.seconds),
    'goodput, requests/s': Math.round(perSecond(overload)),
    'goodput, of capacity': percent(perSecond(overload) / perSecond(capacity)),
    'refused with Retry-After': percent(overload.withRetryAfter / answers),
    'accepted, median': ms(0.5),
    'accepted, 99th percentile': ms(0.99),
    'cores used at capacity': coresOf(capacity),
    'cores used in the overload': coresOf(overload),
    'memory early, late, highest': [memoryMb.early, memoryMb.late, memoryMb.highest].map((mb) => `${Math.round(mb)} MB`).join(', '),
    'generator late, 99th percentile': `${percentile(overload.lateness, 0.99).toFixed(0)} ms`,
  }
}

function coresOf({ cores }: Loaded): string {
  return Object.entries(cores)
    .map(([name, used]) => `${name} ${used.toFixed(2)}`)
    .join(', ')
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
