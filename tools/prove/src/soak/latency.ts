import type { StackRun } from '../stack-proof/stack-proof'

interface Window {
  readonly from: number
  to: number
}

interface Write {
  readonly sentAt: number
  readonly tookMs: number
}

const MOST_DRIFT = 0.2
/** In each of the thirds that are compared: a hundredth of less is too few, and a single window may have had bad luck. */
const LEAST = { writes: 3_000, windows: 4 }
const THIRDS = ['first', 'second', 'last'] as const

/**
 * How long progress takes to acknowledge REST writes in quiet windows: from when all faults are over and every service has applied what
 * had piled up by then, until the next fault. Writes count that were sent and acknowledged within one window.
 */
export class Latency {
  private readonly windows: Window[] = []
  private readonly writes: Write[] = []
  private readonly began = performance.now()

  constructor(private readonly proofRun: StackRun) {
    proofRun.load.http.onAcknowledged = (sentAt, tookMs) => {
      const window = this.windows.at(-1)
      if (window?.to === Infinity && sentAt >= window.from) this.writes.push({ sentAt, tookMs })
    }
  }

  open(): void {
    this.windows.push({ from: performance.now(), to: Infinity })
  }

  close(): void {
    this.windows.at(-1)!.to = performance.now()
  }

  /** It is a finding when the 99th percentile of the last third of the time is more than a fifth over that of the first. */
  judge(): void {
    const { figures, findings } = this.proofRun
    const third = (performance.now() - this.began) / THIRDS.length
    const isIn = (i: number, at: number) => Math.floor((at - this.began) / third) === i
    const parts = THIRDS.map((_, i) => this.writes.filter(({ sentAt }) => isIn(i, sentAt)))
    const windows = THIRDS.map((_, i) => this.windows.filter(({ from }) => isIn(i, from)).length)
    const p99 = parts.map((part) => percentile(part, 0.99))
    for (const [i, name] of THIRDS.entries())
      figures[`REST writes in quiet windows, ${name} third`] =
        `${parts[i]!.length} in ${windows[i]}, 99th percentile ${p99[i]!.toFixed(1)} ms`
    const drift = p99[2]! / p99[0]! - 1
    const isJudged = [0, 2].every((i) => parts[i]!.length >= LEAST.writes && windows[i]! >= LEAST.windows)
    figures['drift of the 99th percentile'] =
      `${(drift * 100).toFixed(0)} %${isJudged ? '' : `, NOT JUDGED: of less than ${LEAST.writes} writes or ${LEAST.windows} windows`}`
    if (isJudged && drift > MOST_DRIFT)
      findings.add('wrong', `the 99th percentile of REST writes rose by ${(drift * 100).toFixed(0)} % from the first to the last third`)
  }
}

/** NaN without any. */
function percentile(writes: readonly Write[], share: number): number {
  const sorted = writes.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b)
  return sorted[Math.ceil(sorted.length * share) - 1] ?? NaN
}
