/** What must be stopped at the end, the last started first. */
export class Closing {
  private readonly steps: (() => Promise<unknown>)[] = []
  private running: Promise<void> | undefined

  add(step: () => Promise<unknown>): void {
    this.steps.push(step)
  }

  /** Later calls return the same promise. A step that fails does not keep the others from running. */
  run(): Promise<void> {
    this.running ??= this.runAll()
    return this.running
  }

  private async runAll(): Promise<void> {
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) await step().catch(() => undefined)
  }
}

/**
 * SIGINT, SIGTERM, SIGHUP and the end of the parent (tools/bootstrap.mjs holds a channel to this process) stop what is
 * open and end this process with 128 and the signal's number.
 */
export function closeOnSignals(closing: Closing, onStop: () => void): void {
  const stop = (code: number) => {
    onStop()
    void closing.run().then(() => process.exit(128 + code))
  }
  for (const [signal, code] of [
    ['SIGHUP', 1],
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const)
    process.once(signal, () => stop(code))
  process.once('disconnect', () => stop(15))
  // The channel itself is no reason to stay.
  process.channel?.unref()
}
