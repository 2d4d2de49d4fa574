import type { Logger } from '@laurel/telemetry'

/**
 * Repeats work in this process until it is stopped, a pause after the last time ended, whatever became of it. Work that
 * other processes may cause is looked for instead of waited for.
 */
export class RepeatedWork {
  private readonly stopping = new AbortController()
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> = Promise.resolve()

  constructor(
    private readonly name: string,
    private readonly work: (signal: AbortSignal) => Promise<unknown>,
    private readonly pauseMs: number,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setTimeout(() => {
      this.running = this.work(this.stopping.signal)
        .catch((error: Error) => this.logger.warn(`${this.name} failed, trying again`, { error: error.name }))
        .then(() => {
          if (!this.stopping.signal.aborted) this.start()
        })
    }, this.pauseMs)
    this.timer.unref()
  }

  /** Resolves when the work under way has ended; its signal tells it to. */
  async stop(): Promise<void> {
    this.stopping.abort()
    clearTimeout(this.timer)
    await this.running
  }
}
