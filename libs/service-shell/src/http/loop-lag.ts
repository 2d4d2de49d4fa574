const TICK_MS = 10
const INTERVAL_MS = 100

/**
 * Whether the event loop is behind: no turn of the last 100 ms and more began within the limit of when it should have. The
 * least delay of an interval tells work that piles up from a burst that goes by itself, as in CoDel (RFC 8289, section
 * 3.1). One turn that lasts so long is enough. Times are milliseconds of `performance.now()`.
 */
export class LoopLag {
  private turnedAt: number
  private onTimeAt: number

  constructor(
    private readonly limitMs: number,
    now: number,
  ) {
    this.turnedAt = now
    this.onTimeAt = now
  }

  /** Watches this process' event loop, without keeping it alive. */
  static watch(limitMs: number): LoopLag {
    const lag = new LoopLag(limitMs, performance.now())
    setInterval(() => lag.turned(performance.now()), TICK_MS).unref()
    return lag
  }

  /** The loop begins a turn; the last one was to begin 10 ms after the one before. */
  turned(now: number): void {
    if (now - this.turnedAt - TICK_MS <= this.limitMs) this.onTimeAt = now
    this.turnedAt = now
  }

  isBehind(now: number): boolean {
    return now - this.onTimeAt > INTERVAL_MS + this.limitMs
  }
}
