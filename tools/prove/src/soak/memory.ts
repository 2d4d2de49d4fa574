import { residentBytes } from '@laurel/bench'
import type { StackRun } from '../stack-proof/stack-proof'
import { SERVICES, type ServiceName } from '../stage/whole-stack'
import { floors, judgeSlope, slopeOf, type Sample } from './slope'

const EVERY_MS = 2_000
const HOUR_MS = 3_600_000
/** Collections of garbage lie in between. */
const STRETCH_HOURS = 30_000 / HOUR_MS
/** Code is compiled, pools and caches fill, the heap is given room. */
const WARM_UP_MS = 180_000
/** In less, what is still warming up looks like a leak. */
const LEAST_HOURS = (8 * 60_000) / HOUR_MS
/** MB an hour that may come of what nobody would call a leak. */
const MOST_MB_PER_HOUR = 20
const HEAP = /^nodejs_heap_size_used_bytes(?:\{.*\})? (\S+)$/m

const KINDS = ['RSS', 'heap'] as const
type Kind = (typeof KINDS)[number]

/** Follows how much memory each service takes, in MB, from when it has warmed up; a process that ended is forgotten. */
export class Memory {
  private readonly samples = new Map<ServiceName, { pid: number; readonly since: number; readonly of: Record<Kind, Sample[]> }>()

  constructor(private readonly proofRun: StackRun) {}

  async follow(over: AbortSignal): Promise<void> {
    const { sleep, signal } = this.proofRun
    while (!over.aborted && !signal.aborted) {
      await Promise.all(SERVICES.map((name) => this.sample(name).catch(() => undefined)))
      // Cut short when the run is.
      await sleep(EVERY_MS).catch(() => undefined)
    }
  }

  /** It is a finding when the memory of a service rises; the figures say so where the samples do not suffice. */
  judge(): void {
    const { figures, findings } = this.proofRun
    for (const name of SERVICES) {
      for (const kind of KINDS) {
        const taken = this.samples.get(name)?.of[kind] ?? []
        const slope = slopeOf(floors(taken, STRETCH_HOURS))
        const span = spanOf(taken)
        const verdict = span < LEAST_HOURS ? 'not judged' : judgeSlope(slope, MOST_MB_PER_HOUR)
        const told = slope === null ? 'too few samples' : `${slope.perHour.toFixed(1)} ± ${slope.error.toFixed(1)} MB an hour`
        figures[`${kind} of ${name}`] =
          `${told} in ${(span * 60).toFixed(1)} minutes${verdict === 'not judged' ? ', NOT JUDGED' : `, last ${Math.round(taken.at(-1)!.value)} MB`}`
        if (verdict === 'rises') findings.add('wrong', `${kind} of ${name} rises by ${told}, at most ${MOST_MB_PER_HOUR}`)
      }
    }
  }

  private async sample(name: ServiceName): Promise<void> {
    const { url, pid } = this.proofRun.stack.state.services[name]!
    const now = performance.now()
    let known = this.samples.get(name)
    if (known?.pid !== pid) this.samples.set(name, (known = { pid, since: now, of: { RSS: [], heap: [] } }))
    const text = await (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(EVERY_MS) })).text()
    if (now - known.since < WARM_UP_MS) return
    const hours = now / HOUR_MS
    const heap = HEAP.exec(text)
    if (heap) known.of.heap.push({ hours, value: Number(heap[1]) / 2 ** 20 })
    const bytes = residentBytes(pid)
    if (!Number.isNaN(bytes)) known.of.RSS.push({ hours, value: bytes / 2 ** 20 })
  }
}

function spanOf(samples: readonly Sample[]): number {
  return (samples.at(-1)?.hours ?? 0) - (samples[0]?.hours ?? 0)
}
