/** One line per finished step, with the time it took: `✓ Kafka 4.3.1 (Java) on 127.0.0.1:4392  1.8 s`. */
export class Progress {
  /** @param colour only for a terminal that wants it */
  constructor(
    readonly line: (text: string) => void,
    private readonly colour = false,
  ) {}

  /**
   * Runs a step and prints what it says was done. A step that fails prints its name with a cross and throws on.
   *
   * @param work returns its value and the words for the line
   */
  async step<T>(name: string, work: () => Promise<{ done: string; value: T }>): Promise<T> {
    const began = Date.now()
    try {
      const { done, value } = await work()
      this.line(`${this.paint('32', '✓')} ${done}  ${this.paint('2', elapsed(Date.now() - began))}`)
      return value
    } catch (error) {
      this.line(`${this.paint('31', '✗')} ${name}  ${this.paint('2', elapsed(Date.now() - began))}`)
      throw error
    }
  }

  /** Something to know that is no step. */
  note(text: string): void {
    this.line(`${this.paint('2', '·')} ${text}`)
  }

  private paint(code: string, text: string): string {
    return this.colour ? `\u001b[${code}m${text}\u001b[0m` : text
  }
}

/** Milliseconds for people: `0.4 s`, `12.3 s`, `2 min 5 s`. */
export function elapsed(ms: number): string {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** Prints nothing. */
export const silent = new Progress(() => undefined)
