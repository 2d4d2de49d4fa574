import { setTimeout as delay } from 'node:timers/promises'

/** Lets calls through at most so many a second, in the order in which they came, evenly spread. */
export class Pace {
  private readonly intervalMs: number
  private next = 0

  constructor(
    perSecond: number,
    private readonly clock: () => number = () => performance.now(),
    private readonly wait: (ms: number, signal: AbortSignal) => Promise<void> = (ms, signal) => delay(ms, undefined, { signal }),
  ) {
    this.intervalMs = 1_000 / perSecond
  }

  /** Returns when it is this caller's turn. @throws the signal's reason when that comes first */
  async turn(signal: AbortSignal): Promise<void> {
    const now = this.clock()
    const mine = Math.max(now, this.next)
    this.next = mine + this.intervalMs
    if (mine > now) await this.wait(mine - now, signal)
  }
}
