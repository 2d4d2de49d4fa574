import type { Random } from './random'

const WINDOW = 25_000

/**
 * Writes lines in random order: each line leaves a window of 25,000 at random. An input that fits the window is
 * shuffled as a whole; of a larger one, lines move within about a window, and memory stays bounded.
 */
export class ShuffledLines {
  private readonly window: string[] = []

  constructor(
    private readonly random: Random,
    private readonly write: (line: string) => Promise<void>,
  ) {}

  async add(line: string): Promise<void> {
    this.window.push(line)
    if (this.window.length > WINDOW) await this.release()
  }

  async end(): Promise<void> {
    while (this.window.length > 0) await this.release()
  }

  private async release(): Promise<void> {
    const at = this.random.integer(0, this.window.length - 1)
    const line = this.window[at]!
    this.window[at] = this.window[this.window.length - 1]!
    this.window.pop()
    await this.write(`${line}\n`)
  }
}
