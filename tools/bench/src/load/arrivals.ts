/** Requests by the moment at which they are due, handed out in order. Times are milliseconds from the same start. */
export class Arrivals {
  /** Requests that nobody took in time. */
  givenUp = 0
  private next = 0

  /**
   * @param due ascending
   * @param patience how long a request may be due before it is given up
   */
  constructor(
    private readonly due: Float64Array,
    private readonly patience: number,
  ) {}

  /** The moment at which the first request was due that nobody took yet; undefined when none is due now. */
  take(now: number): number | undefined {
    const at = this.due[this.next]
    if (at === undefined || at > now) return undefined
    this.next++
    return at
  }

  /** Gives up what has been due for longer than the patience lasts. */
  giveUpOld(now: number): void {
    while (this.next < this.due.length && this.due[this.next]! < now - this.patience) this.drop()
  }

  /** Gives up all that is left. */
  giveUpRest(): void {
    while (this.next < this.due.length) this.drop()
  }

  private drop(): void {
    this.next++
    this.givenUp++
  }
}
