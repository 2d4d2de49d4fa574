/** Where a progress bar is drawn: process.stdout fits. */
export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

interface Options {
  readonly screen: Screen
  /** Takes the lines where no line can be redrawn. */
  readonly log: (line: string) => void
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

const REDRAW_MS = 100
const LINE_MS = 5_000
const WIDTH = 30

/** On a terminal one line, redrawn; elsewhere a line about every 5 seconds. */
export class ProgressBar {
  private shownAt = -Infinity
  private readonly now: () => number

  constructor(private readonly options: Options) {
    this.now = options.now ?? Date.now
  }

  /** @param what the step and its numbers, in words */
  update(what: string, done: number, total: number): void {
    const { screen, log } = this.options
    const now = this.now()
    if (now - this.shownAt < (screen.isTTY ? REDRAW_MS : LINE_MS)) return
    this.shownAt = now
    const part = total === 0 ? 1 : Math.min(1, done / total)
    const filled = Math.round(part * WIDTH)
    const line = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${String(Math.floor(part * 100)).padStart(3)} % ${what}`
    if (screen.isTTY) screen.write(`\r\u001b[2K${line.slice(0, (screen.columns ?? 80) - 1)}`)
    else log(line)
  }

  /** Takes the line away, so that something else can be printed. */
  clear(): void {
    const { screen } = this.options
    if (screen.isTTY && this.shownAt > -Infinity) screen.write('\r\u001b[2K')
    this.shownAt = -Infinity
  }
}
