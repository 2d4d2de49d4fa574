import { transaction } from '@laurel/postgres'
import { findInCourse, readBacklog, type Backlog, type WhichLearner } from '../persistence/check-store'
import { findLastRun, type CheckerRun } from '../persistence/checker-run-store'
import { checkNow, type LearnerCheck } from '../use-cases/check-now'
import { runChecker, type CheckerPorts, type RunRequest } from '../use-cases/run-checker'
import type { CheckerSchedulePlan } from './checker-settings'

/** How the checker stands, over all replicas. */
export interface CheckerState extends Backlog {
  readonly platforms: readonly string[]
  readonly lastRun: CheckerRun | null
}

/** The checker of this process: one run at a time in the whole cluster, ended in order when the process is. */
export class Checker {
  private readonly stopping = new AbortController()
  private readonly runs = new Set<Promise<unknown>>()

  constructor(
    private readonly ports: CheckerPorts,
    private readonly budgetMs: number,
  ) {}

  /** All that are due, within the plan's budget. Null when another runner is at work. */
  runScheduled(trigger: 'schedule' | 'off-peak', { batchSize, budgetMs }: CheckerSchedulePlan): Promise<CheckerRun | null> {
    return this.run({ trigger, batchSize, budgetMs, isOneBatch: false })
  }

  /** One batch of those due. Null when another runner is at work. */
  processBatch(batchSize: number): Promise<CheckerRun | null> {
    return this.run({ trigger: 'request', batchSize, budgetMs: this.budgetMs, isOneBatch: true })
  }

  /** One learner in a course, due or not. Empty when no platform that can be asked has them. */
  async check(which: WhichLearner): Promise<LearnerCheck[]> {
    const { dataSource, platforms } = this.ports
    const learners = await transaction(dataSource, (tx) => findInCourse(tx, which, [...platforms.keys()]))
    return this.tracked(checkNow(this.ports, learners, this.stopping.signal))
  }

  state(): Promise<CheckerState> {
    const { dataSource, now, recheckMs } = this.ports
    const platforms = [...this.ports.platforms.keys()]
    return transaction(dataSource, async (tx) => ({
      ...(await readBacklog(tx, platforms, new Date(now().getTime() - recheckMs))),
      platforms,
      lastRun: await findLastRun(tx),
    }))
  }

  /** Ends what is under way; what is not recorded by then is left to the next run. */
  async stop(): Promise<void> {
    this.stopping.abort(new Error('the process is stopping'))
    await Promise.allSettled(this.runs)
  }

  private run(request: Omit<RunRequest, 'signal'>): Promise<CheckerRun | null> {
    return this.tracked(runChecker(this.ports, { ...request, signal: this.stopping.signal }))
  }

  private async tracked<T>(run: Promise<T>): Promise<T> {
    this.runs.add(run)
    return run.finally(() => this.runs.delete(run))
  }
}
