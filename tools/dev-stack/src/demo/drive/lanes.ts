type Task = () => Promise<void>

/**
 * Runs tasks of one key in the order in which they came, those of different keys at the same time up to a limit. The
 * first error ends it: what waits is dropped, and `push` and `drain` throw it.
 */
export class Lanes {
  private readonly waiting = new Map<string, Task[]>()
  private readonly ready: string[] = []
  private readonly wakers: (() => void)[] = []
  private running = 0
  private pending = 0
  private failure: { readonly error: unknown } | undefined

  constructor(
    private readonly concurrency: number,
    /** Tasks that may wait before `push` makes the caller wait. */
    private readonly capacity: number,
  ) {}

  async push(key: string, task: Task): Promise<void> {
    while (this.pending >= this.capacity && !this.failure) await this.change()
    if (this.failure) throw this.failure.error
    this.pending++
    const lane = this.waiting.get(key)
    if (lane) lane.push(task)
    else {
      this.waiting.set(key, [task])
      this.ready.push(key)
    }
    this.start()
  }

  /** Returns when everything pushed so far has been done. */
  async drain(): Promise<void> {
    while (this.pending > 0 && !this.failure) await this.change()
    if (this.failure) throw this.failure.error
  }

  private start(): void {
    while (this.running < this.concurrency && !this.failure) {
      const key = this.ready.shift()
      if (key === undefined) return
      this.running++
      void this.runNext(key)
    }
  }

  /** Stays in `waiting` while it runs, so that the key's next task waits for it. */
  private async runNext(key: string): Promise<void> {
    const lane = this.waiting.get(key)!
    try {
      await lane[0]!()
    } catch (error) {
      this.failure ??= { error }
    }
    lane.shift()
    if (lane.length > 0) this.ready.push(key)
    else this.waiting.delete(key)
    this.running--
    this.pending--
    this.start()
    for (const wake of this.wakers.splice(0)) wake()
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.wakers.push(resolve))
  }
}
