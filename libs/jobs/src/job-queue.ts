import { query, type Tx } from '@laurel/postgres'
import { currentTrace, runWithTrace, type Logger } from '@laurel/telemetry'
import { PgBoss, type Db, type JobResult, type JobWithMetadata } from 'pg-boss'
import type { FailedJob, JobHandler, JobQueueOptions, JobSpec, JobStats } from './job'
import { PermanentJobError, PostponeJobError } from './job-error'
import { JobMetrics } from './job-metrics'
import { JobTable } from './job-table'
import { lanes } from './lanes'
import { bossSettings, POLL_SECONDS, queueSettings } from './queue-settings'
import { Repeated } from './repeated'

/** What pg-boss stores of a job: its data, and the trace of what enqueued it. */
interface Envelope<T> {
  readonly body: T
  readonly traceparent?: string
}

const HOUR_MS = 3_600_000
/** On stop, running jobs get this long to finish; then they are told to give up, and go back unharmed. */
const DRAIN_MS = 1_000
/** Then pg-boss fails what still has not returned: it would use up a retry. */
const STOP_MS = 2_000

/**
 * Work towards the outside world, kept in Postgres until it is done: at least once, most urgent first, with retries.
 * One instance per process; replicas share the jobs.
 */
export class JobQueue {
  private readonly boss: PgBoss
  private readonly table: JobTable
  private readonly metrics: JobMetrics
  private readonly logger: Logger
  private readonly retryLimit: number
  private readonly concurrency: number
  private readonly stopping = new AbortController()
  private started = false
  private purging: NodeJS.Timeout | undefined

  constructor(options: JobQueueOptions) {
    this.logger = options.logger.child({ jobs: options.schema })
    this.retryLimit = options.retryLimit ?? 3
    this.concurrency = options.concurrency ?? 3
    this.boss = new PgBoss(bossSettings(options.url, options.schema, this.concurrency))
    this.table = new JobTable(this.boss.getDb(), options.schema)
    this.metrics = new JobMetrics(options.metrics, () => this.stats())
    const failing = new Repeated(10_000)
    // Without a listener pg-boss ends the process. It goes on polling, so a database that is away is worth one line.
    this.boss.on('error', (error) => failing.say(error.message, (times) => this.logger.error('job queue failing', { err: error, times })))
    this.boss.on('warning', (warning) => this.logger.warn(warning.message, { details: warning.data }))
  }

  /** Installs or upgrades pg-boss's tables in the schema, which must exist and belong to the role. */
  async start(): Promise<void> {
    await this.boss.start()
    this.started = true
    this.purging = setInterval(() => void this.purge(), HOUR_MS).unref()
  }

  /** Takes no more jobs, lets the running ones finish or puts them back, and closes the connections; within about 2 s. */
  async stop(): Promise<void> {
    this.started = false
    clearInterval(this.purging)
    const reason = new Error('the process is stopping')
    const giveUp = setTimeout(() => this.stopping.abort(reason), DRAIN_MS)
    await this.boss.stop({ graceful: true, timeout: STOP_MS }).finally(() => clearTimeout(giveUp))
  }

  /** Creates the queue, or brings an existing one to this build's settings. */
  async createQueue(name: string): Promise<void> {
    const settings = queueSettings(this.retryLimit)
    await this.boss.createQueue(name, settings)
    await this.boss.updateQueue(name, settings)
  }

  /**
   * Adds jobs in the caller's transaction: they exist if and only if it commits, and workers are woken by its commit.
   *
   * @throws RangeError when a priority is not an integer of 1-10; Error when the queue was never created.
   */
  async enqueue<T extends object>(tx: Tx, jobs: readonly JobSpec<T>[]): Promise<void> {
    const db: Db = { executeSql: async (text, values) => ({ rows: await query(tx, { text }, values) }) }
    const traceparent = currentTrace()?.traceparent
    for (const [queue, specs] of Map.groupBy(jobs, (job) => job.queue)) {
      const rows = specs.map(({ data, priority, key }) => ({
        data: { body: data, ...(traceparent && { traceparent }) } satisfies Envelope<T>,
        priority: checkedPriority(priority),
        ...(key !== undefined && { singletonKey: key }),
      }))
      await this.boss.insert(queue, rows, { db })
    }
  }

  /** Starts this process's workers on a queue. */
  async work<T extends object>(queue: string, handler: JobHandler<T>): Promise<void> {
    for (const lane of lanes(this.concurrency)) {
      const options = {
        ...lane,
        perJobResults: true,
        includeMetadata: true,
        pollingIntervalSeconds: POLL_SECONDS,
        notifyPollingIntervalSeconds: POLL_SECONDS,
      } as const
      const worker: string = await this.boss.work<Envelope<T>, unknown, typeof options>(queue, options, async (jobs) => {
        const results = await Promise.all(jobs.map((job) => this.attempt(job, handler)))
        // A worker waits for its next poll after each job; where there was one there may be more.
        this.boss.notifyWorker(worker)
        return results
      })
    }
  }

  /** Counted from the job table at the time of the call, over all replicas. */
  stats(): Promise<JobStats> {
    return this.table.stats()
  }

  /** The jobs that failed for good, latest first. */
  failed(limit: number): Promise<FailedJob[]> {
    return this.table.failed(limit)
  }

  /** Gives failed jobs (all, or those with these ids) their attempts anew. Returns how many. */
  redrive(ids?: readonly string[]): Promise<number> {
    return this.table.redrive(this.retryLimit, ids)
  }

  /** For readiness: throws with the reason when jobs can be neither taken nor counted. */
  async check(): Promise<void> {
    if (!this.started) throw new Error('the job queue is not started')
    await this.table.check()
  }

  private async attempt<T extends object>(job: JobWithMetadata<Envelope<T>>, handler: JobHandler<T>): Promise<JobResult> {
    const observe = this.metrics.begin(job.name)
    const signal = AbortSignal.any([job.signal, this.stopping.signal])
    const attempt = { id: job.id, attempt: job.retryCount + 1, signal }
    return runWithTrace(job.data.traceparent, async () => {
      try {
        await handler(job.data.body, attempt)
        observe('completed')
        return { id: job.id, status: 'completed' }
      } catch (error) {
        return this.settle(job, toError(error), observe)
      }
    })
  }

  private async settle(job: JobWithMetadata, error: Error, observe: (outcome: string) => void): Promise<JobResult> {
    const fields = { queue: job.name, job_id: job.id, attempt: job.retryCount + 1, reason: error.message }
    const output = { name: error.name, message: error.message }
    if (this.stopping.signal.aborted || error instanceof PostponeJobError) {
      const delayMs = error instanceof PostponeJobError ? error.delayMs : 0
      await this.table.postpone(job, delayMs, error.message)
      this.logger.info('job postponed', { ...fields, delay_ms: delayMs })
      observe('postponed')
      // Settles nothing: the job has left this attempt.
      return { id: job.id, status: 'completed' }
    }
    if (error instanceof PermanentJobError) {
      this.logger.error('job failed for good', { ...fields, err: error })
      observe('failed')
      return { id: job.id, status: 'deadletter', output }
    }
    const isLast = job.retryCount >= job.retryLimit
    if (isLast) this.logger.error('job failed for good, no retries left', { ...fields, err: error })
    else this.logger.warn('job failed, to be retried', { ...fields, err: error })
    observe(isLast ? 'failed' : 'retried')
    return { id: job.id, status: 'failed', output }
  }

  private async purge(): Promise<void> {
    await this.table.purgeCompleted().catch((error: unknown) => {
      this.logger.warn('completed jobs could not be purged, next try in an hour', { err: error })
    })
  }
}

function checkedPriority(priority: number): number {
  if (Number.isInteger(priority) && priority >= 1 && priority <= 10) return priority
  throw new RangeError(`priority must be an integer from 1 to 10, not ${priority}`)
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
