import type { WholeStack } from './whole-stack'

/**
 * Lends one running stack to one proof after another, so that each finds the history of those before it. A stack in which
 * something was wrong is not lent again: its logs are kept, and the next proof gets a new one.
 */
export class Lender {
  private stack: WholeStack | undefined

  constructor(
    private readonly start: (signal: AbortSignal) => Promise<WholeStack>,
    private readonly say: (line: string) => void,
  ) {}

  async lend(signal: AbortSignal): Promise<WholeStack> {
    if (this.stack === undefined) {
      this.stack = await this.start(signal)
      this.say(`  the whole stack runs in ${this.stack.dir}`)
    }
    return this.stack
  }

  /** @param isGood whether everything in it was as it must be */
  async takeBack(stack: WholeStack, isGood: boolean): Promise<void> {
    if (isGood) return
    this.stack = undefined
    await stack.stop()
    this.say(`  the logs are kept in ${stack.dir}/logs`)
  }

  /** Resolves when nothing runs any more. */
  async close(): Promise<void> {
    await this.stack?.stop()
    this.stack?.remove()
    this.stack = undefined
  }
}
