/** When a queue takes its batches and how much it lets wait. Times in milliseconds. */
export interface GatherOptions {
  /** A batch ends at this many rows, or with the entry that brings it there. */
  readonly maxRows: number
  /** How long the first entry waits for others while a writer is free. */
  readonly waitMs: number
  /** Batches that are written side by side. */
  readonly writers: number
  /** More waiting rows than this, and new entries are refused. */
  readonly maxQueuedRows: number
  /**
   * While a whole batch waits and its first entry has waited longer than this, new ones are refused; less goes with the
   * next batch, so that refusing would spare nobody's time. Those that wait are written all the same.
   */
  readonly maxAgeMs: number
}

/** The entry was refused because the queue is too long or too old: nothing of it was written, and it may be sent again. */
export class QueueFullError extends Error {
  constructor(readonly reason: 'rows' | 'age') {
    super(reason === 'rows' ? 'too many writes are waiting' : 'writes wait too long')
    this.name = 'QueueFullError'
  }
}

interface Entry<Request, Answer> {
  readonly request: Request
  readonly rows: number
  readonly since: number
  resolve(answer: Answer): void
  reject(error: unknown): void
}

/**
 * Gathers single requests into batches, so that many share one transaction. An entry's promise resolves after its batch
 * is written. A batch that fails is written again in halves, so that one bad entry fails alone, unless the error says
 * nothing about the entries.
 */
export class GatherQueue<Request, Answer> {
  private waiting: Entry<Request, Answer>[] = []
  private waitingRows = 0
  private active = 0
  private timer: NodeJS.Timeout | undefined

  /**
   * @param write writes a batch in one transaction and returns an answer for each entry, in order
   * @param isOutage whether an error is about the database and not about the entries
   */
  constructor(
    private readonly options: GatherOptions,
    private readonly write: (batch: readonly Request[]) => Promise<readonly Answer[]>,
    private readonly isOutage: (error: unknown) => boolean,
  ) {}

  get depth(): number {
    return this.waitingRows
  }

  /** Why an entry would be refused now, or null. */
  full(): QueueFullError['reason'] | null {
    if (this.waitingRows >= this.options.maxQueuedRows) return 'rows'
    const [oldest] = this.waiting
    if (oldest === undefined || this.waitingRows < this.options.maxRows) return null
    return performance.now() - oldest.since > this.options.maxAgeMs ? 'age' : null
  }

  /** @throws QueueFullError, or what writing this entry alone threw. */
  submit(request: Request, rows: number): Promise<Answer> {
    const full = this.full()
    if (full !== null) return Promise.reject(new QueueFullError(full))
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    this.waiting.push({ request, rows, since: performance.now(), resolve, reject })
    this.waitingRows += rows
    if (this.waitingRows >= this.options.maxRows || this.options.waitMs === 0) this.flush()
    else this.flushSoon()
    return promise
  }

  private flushSoon(): void {
    if (this.timer !== undefined || this.active >= this.options.writers) return
    this.timer = setTimeout(() => this.flush(), this.options.waitMs)
  }

  private flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    while (this.active < this.options.writers && this.waiting.length > 0) {
      this.active++
      void this.writeIsolating(this.take()).finally(() => {
        this.active--
        this.flush()
      })
    }
  }

  private take(): Entry<Request, Answer>[] {
    let rows = 0
    const end = this.waiting.findIndex((entry) => (rows += entry.rows) >= this.options.maxRows)
    this.waitingRows -= rows
    return this.waiting.splice(0, end === -1 ? this.waiting.length : end + 1)
  }

  private async writeIsolating(batch: readonly Entry<Request, Answer>[]): Promise<void> {
    let answers: readonly Answer[]
    try {
      answers = await this.write(batch.map((entry) => entry.request))
    } catch (error) {
      if (batch.length === 1 || this.isOutage(error)) {
        for (const entry of batch) entry.reject(error)
        return
      }
      const half = batch.length >> 1
      await this.writeIsolating(batch.slice(0, half))
      return this.writeIsolating(batch.slice(half))
    }
    batch.forEach((entry, index) => entry.resolve(answers[index]!))
  }
}
