import { from, packaged } from './built'
import type { Clock } from './job-clock'

/** What of libs/jobs takes part, its connection and its pauses put in the place of its own. */
export interface Jobs {
  start(): Promise<void>
  stop(): Promise<void>
  createQueue(name: string): Promise<void>
  enqueue(tx: unknown, jobs: readonly object[]): Promise<void>
  work<T extends object>(queue: string, handler: JobHandler<T>): Promise<void>
  stats(): Promise<{ readonly queueLength: number; readonly activeJobs: number; readonly failedJobs: number }>
  redrive(): Promise<number>
  readonly boss: { offWork(queue: string, options: { wait: boolean }): Promise<void> }
}

export type JobHandler<T> = (data: T, attempt: { readonly signal: AbortSignal }) => Promise<void>

/** As pg-boss asks for its connection. */
export interface JobsDatabase {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

export interface JobsOptions {
  readonly schema: string
  readonly db: JobsDatabase
  readonly clock: Clock
  readonly onError: (error: Error) => void
}

interface Boss {
  on(event: 'error', listener: (error: Error) => void): void
}

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => silent }
const metrics = { gauge: () => undefined, histogram: () => ({ startTimer: () => () => undefined }) }
/** Never connected to. */
const NOWHERE = 'postgres://nobody@127.0.0.1:1/none'

/** One worker process's queue, with one worker. Expired leases are looked for when the schedule says so, not by themselves. */
export function builtJobs({ schema, db, clock, onError }: JobsOptions): Jobs {
  const { JobQueue } = from<{ JobQueue: new (o: object) => Jobs }>('libs/jobs', 'job-queue')
  const { JobTable } = from<{ JobTable: new (db: JobsDatabase, schema: string) => object }>('libs/jobs', 'job-table')
  const { bossSettings } = from<{ bossSettings(url: string, schema: string, concurrency: number): object }>('libs/jobs', 'queue-settings')
  const { PgBoss } = packaged<{ PgBoss: new (o: object) => Boss }>('pg-boss')
  const boss = new PgBoss({ ...bossSettings(NOWHERE, schema, 1), db, clock, supervise: false, useListenNotify: false })
  boss.on('error', onError)
  const queue = new JobQueue({ url: NOWHERE, schema, logger: silent, metrics, concurrency: 1 })
  return Object.assign(queue, { boss, table: new JobTable(db, schema) })
}

/** The statement by which supervision takes jobs from workers whose heartbeats stay away. */
export function takeFromTheSilent(schema: string, queue: string): string {
  const { failJobsByHeartbeat } = packaged<{ failJobsByHeartbeat(schema: string, table: string, queues: string[]): string }>(
    'pg-boss/dist/plans.js',
  )
  return failJobsByHeartbeat(schema, 'job_common', [queue])
}
