import type { Random } from '../random'
import type { Replica } from '../stage/replica'
import type { Attempts } from './attempts'
import type { Call } from './job'
import { MOMENTS, type Moment } from './outside-place'

export interface KillerOptions {
  readonly workers: readonly Replica[]
  readonly attempts: Attempts
  readonly random: Random
  readonly sleep: (ms: number) => Promise<void>
}

const PAUSE_MS = { least: 200, most: 1_500 }
/** From "done" to the kill at most: the job is being settled. */
const SETTLING_MS = 4

/** Kills a worker process at a moment in the life of one of its attempts, moment and process drawn at random; what was killed is started again. */
export class Killer {
  private wanted: Moment | undefined
  private struck: () => void = () => undefined
  /** Kills by moment. */
  readonly kills: Record<Moment, number> = { begin: 0, effect: 0, taken: 0, done: 0 }
  /** Jobs that killed processes had at work, the aim of the kill among them. */
  cutJobs = 0

  constructor(private readonly o: KillerOptions) {}

  /** One kill after another until `isOver`. */
  async strike(isOver: () => boolean): Promise<void> {
    const { random, sleep } = this.o
    while (!isOver()) {
      await sleep(random.integer(PAUSE_MS.least, PAUSE_MS.most))
      const struck = new Promise<void>((resolve) => (this.struck = resolve))
      this.wanted = random.pick(MOMENTS)
      await Promise.race([struck, sleep(5_000)])
      this.wanted = undefined
    }
  }

  /** To be told of every moment of every attempt. */
  at(moment: Moment, call: Call): void {
    if (moment !== this.wanted || this.o.attempts.isEnded(call.pid)) return
    this.wanted = undefined
    const kill = () => {
      if (this.o.workers[call.worker]!.end('SIGKILL')) {
        this.kills[moment]++
        this.cutJobs += this.o.attempts.cut(call.pid)
      }
      this.struck()
    }
    if (moment === 'done') setTimeout(kill, this.o.random.integer(0, SETTLING_MS))
    else kill()
  }
}
