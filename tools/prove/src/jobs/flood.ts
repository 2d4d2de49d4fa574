import type { Random } from '../random'
import type { Decision, Decisions } from './decisions'

export interface FloodOptions {
  readonly decisions: Decisions
  readonly random: Random
  readonly sleep: (ms: number) => Promise<void>
  /** Jobs that nobody has taken yet. */
  readonly waiting: () => Promise<number>
  readonly isOver: () => boolean
}

/** Low ones take so long at most that every worker but those kept for high ones is at one: without these, high ones would wait. */
const LOW_MS = 1_500
const HIGH_MS = 20
const FLOOD = 3_000
const PER_TRANSACTION = 250
/** Highs come now and then. */
const PAUSE_MS = { least: 50, most: 300 }

/** Thousands of low-priority jobs, never fewer than half of them waiting, and high ones in between: how long each of these waits. */
export class Flood {
  private readonly committedAt = new Map<string, number>()
  private readonly begunAt = new Map<string, number>()
  lows = 0

  constructor(private readonly o: FloodOptions) {}

  async run(): Promise<void> {
    await this.fill(FLOOD)
    await Promise.all([this.keepFull(), this.sendHigh()])
  }

  /** To be told when an attempt begins. */
  begun(job: string): void {
    if (!this.begunAt.has(job)) this.begunAt.set(job, performance.now())
  }

  /** From the commit to the begin of the first attempt, of each high job, in milliseconds, in ascending order. */
  get waits(): number[] {
    const waits = [...this.committedAt].map(([job, at]) => Math.max(0, (this.begunAt.get(job) ?? Infinity) - at))
    return waits.toSorted((a, b) => a - b)
  }

  private async keepFull(): Promise<void> {
    while (!this.o.isOver()) {
      if ((await this.o.waiting()) < FLOOD / 2) await this.fill(FLOOD / 2)
      await this.o.sleep(500)
    }
  }

  private async fill(count: number): Promise<void> {
    for (let left = count; left > 0; left -= PER_TRANSACTION) {
      await this.o.decisions.decide(Array.from({ length: PER_TRANSACTION }, () => this.job(this.o.random.integer(1, 5), LOW_MS)))
    }
    this.lows += count
  }

  private async sendHigh(): Promise<void> {
    const { random, sleep, isOver, decisions } = this.o
    while (!isOver()) {
      await sleep(random.integer(PAUSE_MS.least, PAUSE_MS.most))
      const high = this.job(random.integer(8, 10), HIGH_MS)
      this.committedAt.set(high.job.id, await decisions.decide([high]))
    }
  }

  private job(priority: number, mostMs: number): Decision {
    const { random } = this.o
    return { job: { id: random.uuid(), beforeMs: random.integer(1, mostMs), afterMs: random.integer(0, 5) }, priority, manner: 'well' }
  }
}
