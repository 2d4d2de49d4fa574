import { AnsweringClient } from '@laurel/postgres'
import { systemClock, type ConstructorOptions, type QueueOptions } from 'pg-boss'

/** A job that nobody could take for this long is the operator's to see, not pg-boss's to delete (its default: 14 days). */
export const RETENTION_SECONDS = 10 * 365 * 24 * 3600
/** Completed jobs are only a record; failed ones are never deleted. */
export const COMPLETED_RETENTION_DAYS = 7
/** How soon a worker looks for a job that became due without a NOTIFY: a retry, a postponed one. pg-boss's minimum. */
export const POLL_SECONDS = 0.5

/** What every queue has. Retries wait 1-2 s, 2-4 s, 4-8 s: exponential with jitter. */
export function queueSettings(retryLimit: number) {
  return {
    retryLimit,
    retryDelay: 1,
    retryBackoff: true,
    // The exponent counts postponements too: what waited out an outage must not wait minutes after one more error.
    retryDelayMax: 10,
    // The lease: no attempt may last longer.
    expireInSeconds: 60,
    // pg-boss's minimum. A crashed worker's job is taken again after this and one supervision.
    heartbeatSeconds: 10,
    retentionSeconds: RETENTION_SECONDS,
    // Never: deletion does not tell failed from completed jobs, see JobTable.purgeCompleted.
    deleteAfterSeconds: 0,
    notify: true,
  } satisfies QueueOptions & { notify: boolean }
}

/** How often expired leases are looked for; pg-boss's default of 60 s would add a minute to each. */
const SUPERVISE_SECONDS = 5

/** What pg-boss hands on to its pool. */
const POOL = { Client: AnsweringClient, connectionTimeoutMillis: 3_000, keepAlive: true }

export function bossSettings(url: string, schema: string, concurrency: number): ConstructorOptions {
  return {
    ...POOL,
    connectionString: url,
    schema,
    application_name: schema,
    // A fetch or a settling per worker, one for supervision, one for counts.
    max: concurrency + 2,
    // Provisioning creates it; the role may create nothing in the database.
    createSchema: false,
    // Lets an enqueueing commit wake the workers at once.
    useListenNotify: true,
    schedule: false,
    // Workers reckon by it how long to wait: set back by an hour, the wall clock would have them wait for an hour.
    clock: { ...systemClock, now: () => performance.timeOrigin + performance.now() },
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
  }
}
