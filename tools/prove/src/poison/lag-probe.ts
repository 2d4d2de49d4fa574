import { setTimeout as pause } from 'node:timers/promises'
import type { StackRun } from '../stack-proof/stack-proof'
import { endsOf, firstBehind } from '../check/settle'

const EVERY_MS = 400
const LOOK_EVERY_MS = 50
const MOST_MS = 2_000
const GIVE_UP_AFTER_MS = 30_000

/** Asks again and again how long the five services take until they have applied all that is in their topics at a moment. */
export class LagProbe {
  private readonly lags: number[] = []

  constructor(private readonly proofRun: StackRun) {}

  async run(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      this.lags.push(await this.once())
      await pause(EVERY_MS, undefined, { signal: over }).catch(() => undefined)
    }
  }

  /** It is a finding when the 99th percentile is over two seconds. */
  judge(): void {
    const { figures, findings } = this.proofRun
    const sorted = this.lags.toSorted((a, b) => a - b)
    const at = (share: number) => Math.round(sorted[Math.ceil(sorted.length * share) - 1]!)
    figures['lag, median'] = `${at(0.5)} ms`
    figures['lag, 99th percentile'] = `${at(0.99)} ms`
    if (at(0.99) > MOST_MS) findings.add('wrong', `events were applied ${at(0.99)} ms after they were sent (99th percentile)`)
  }

  private async once(): Promise<number> {
    const { fences, load, sleep } = this.proofRun
    const ends = await endsOf(load.admin, new Set((await fences.positions()).map(({ topic }) => topic)))
    const began = performance.now()
    for (;;) {
      const isThere = firstBehind(await fences.positions(), ends) === undefined
      const took = performance.now() - began
      if (isThere || took > GIVE_UP_AFTER_MS) return took
      await sleep(LOOK_EVERY_MS)
    }
  }
}
