import { Metrics } from '@laurel/telemetry'
import { RecordingLogger } from '@laurel/testing'
import type { DataSource } from 'typeorm'
import { CheckerMetrics } from '../checker/checker-metrics'
import { PLATFORM, type Followers, type PlatformFixture } from '../learners.fixture'
import type { CheckerRun } from '../persistence/checker-run-store'
import { runChecker, type CheckerPorts, type RunRequest } from './run-checker'

export const RECHECK_MS = 600_000

/** A process that can run the checker, with a clock that stands still unless told. */
export class Runner {
  readonly metrics = new Metrics('spec')
  readonly logger = new RecordingLogger()
  readonly stopping = new AbortController()
  readonly ports: CheckerPorts
  time = Date.now()
  /** How far the clock goes on each time that it is read. */
  tickMs = 0

  constructor(dataSource: DataSource, followers: Followers, platform: PlatformFixture, concurrency = 1) {
    this.ports = {
      dataSource,
      versions: followers.versions,
      onFindable: followers.onFindable,
      platforms: new Map([[PLATFORM, platform]]),
      metrics: new CheckerMetrics(this.metrics),
      logger: this.logger,
      now: () => new Date((this.time += this.tickMs)),
      concurrency,
      recheckMs: RECHECK_MS,
    }
  }

  run(change: Partial<RunRequest> = {}): Promise<CheckerRun | null> {
    const { signal } = this.stopping
    return runChecker(this.ports, { trigger: 'schedule', batchSize: 50, budgetMs: 300_000, isOneBatch: false, signal, ...change })
  }

  /** The next cycle: everybody not yet complete is due again. */
  nextCycle(): void {
    this.time += RECHECK_MS + 1
  }

  /** All that was said to operators. */
  async shown(): Promise<string> {
    return JSON.stringify(this.logger.lines) + (await this.metrics.registry.metrics())
  }
}
