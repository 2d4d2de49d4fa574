import { setTimeout as pause } from 'node:timers/promises'

/** Lets so many lines a second through, until it is opened. */
export class Pace {
  private nextAt = 0

  /** @param perSecond undefined lets everything through at once */
  constructor(
    private perSecond: number | undefined,
    private readonly signal: AbortSignal,
  ) {}

  /** Resolves when so many lines may go out. */
  async take(lines: number): Promise<void> {
    this.signal.throwIfAborted()
    if (this.perSecond === undefined) return
    const at = Math.max(this.nextAt, Date.now())
    this.nextAt = at + (lines / this.perSecond) * 1_000
    if (at - Date.now() > 1) await pause(at - Date.now(), undefined, { signal: this.signal })
  }

  /** From now on so many a second; undefined: everything at once. */
  set(perSecond: number | undefined): void {
    this.perSecond = perSecond
    this.nextAt = 0
  }
}
