import type { Db } from 'pg-boss'
import type { FailedJob, JobStats } from './job'
import { COMPLETED_RETENTION_DAYS, RETENTION_SECONDS } from './queue-settings'

/** An attempt as pg-boss numbers it: its settling statements touch a job only while it is still on this attempt. */
export interface ClaimedJob {
  readonly id: string
  readonly retryCount: number
}

/**
 * What pg-boss has no call for, in SQL on its job table (schema version 43): counts that are live, putting a job back
 * without using up a retry, starting failed ones anew, and deleting completed but not failed ones.
 *
 * A claim raises retry_count whenever the job was started before, and pg-boss fences each settling by it. So a job that
 * goes back keeps its started_on and gets a higher retry_limit: were retry_count repeated instead, the late settling of
 * a lost attempt could land on the next one.
 */
export class JobTable {
  constructor(
    private readonly db: Db,
    private readonly schema: string,
  ) {}

  async stats(): Promise<JobStats> {
    const { rows } = await this.db.executeSql(
      `select count(*) filter (where state < 'active')::int as pending,
              count(*) filter (where state = 'active')::int as active,
              count(*) filter (where state = 'failed')::int as failed
         from ${this.schema}.job where state <> 'completed'`,
    )
    const { pending, active, failed } = rows[0] as { pending: number; active: number; failed: number }
    return { queueLength: pending, activeJobs: active, failedJobs: failed, processing: active > 0 }
  }

  async failed(limit: number): Promise<FailedJob[]> {
    const { rows } = await this.db.executeSql(
      `select id, name as queue, data -> 'body' as data, priority, retry_count + 1 as attempts,
              coalesce(output ->> 'message', output -> 'value' ->> 'message', output ->> 'value', 'no reason recorded') as error,
              created_on as "createdAt", completed_on as "failedAt"
         from ${this.schema}.job where state = 'failed' order by completed_on desc, id limit $1`,
      [limit],
    )
    return rows as FailedJob[]
  }

  /** The claimed attempt ends here; the job is due again after `delayMs` with as many retries left as before. */
  async postpone(job: ClaimedJob, delayMs: number, reason: string): Promise<void> {
    await this.db.executeSql(
      `update ${this.schema}.job
          set state = 'retry', retry_limit = retry_limit + 1, output = jsonb_build_object('message', $4::text),
              start_after = now() + $3 * interval '1 millisecond',
              keep_until = now() + ${RETENTION_SECONDS} * interval '1 second'
        where id = $1 and retry_count = $2 and state = 'active'`,
      [job.id, job.retryCount, delayMs, reason],
    )
  }

  /** Failed jobs (all, or these) are due now with `retryLimit` retries. Returns how many. */
  async redrive(retryLimit: number, ids?: readonly string[]): Promise<number> {
    const { rows } = await this.db.executeSql(
      `with redriven as (
         update ${this.schema}.job
            set state = 'retry', retry_limit = retry_count + 1 + $1, completed_on = null, start_after = now(),
                keep_until = now() + ${RETENTION_SECONDS} * interval '1 second'
          where state = 'failed' and ($2::uuid[] is null or id = any($2))
         returning 1)
       select count(*)::int as n from redriven`,
      [retryLimit, ids ?? null],
    )
    return (rows[0] as { n: number }).n
  }

  async purgeCompleted(): Promise<void> {
    await this.db.executeSql(
      `delete from ${this.schema}.job
        where state = 'completed' and completed_on < now() - ${COMPLETED_RETENTION_DAYS} * interval '1 day'`,
    )
  }

  /** Throws when the table cannot be read. */
  async check(): Promise<void> {
    await this.db.executeSql(`select 1 from ${this.schema}.job limit 1`)
  }
}
