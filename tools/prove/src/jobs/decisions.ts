import { createDataSource, query, transaction } from '@laurel/postgres'
import type { JobQueue } from '@laurel/jobs'
import type { DataSource } from 'typeorm'
import { QUEUE, SCHEMA, type EffectJob, type Manner } from './job'

export interface Decision {
  readonly job: EffectJob
  readonly priority: number
  readonly manner: Manner
}

/** Decides in transactions, each with the jobs that follow from it; knows which were committed. */
export class Decisions {
  /** Those that were committed, by job. */
  readonly committed = new Map<string, Decision>()
  /** Transactions that were rolled back after their jobs were enqueued. */
  rolledBack = 0
  private readonly known = new Map<string, Manner>()

  private constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobQueue,
  ) {}

  static async open(url: string, jobs: JobQueue): Promise<Decisions> {
    const dataSource = createDataSource({ url, schema: SCHEMA, applicationName: 'laurel-prove', migrations: [] })
    await dataSource.initialize()
    await dataSource.query('create table decision (id uuid primary key)')
    return new Decisions(dataSource, jobs)
  }

  mannerOf(job: string): Manner {
    return this.known.get(job) ?? 'well'
  }

  /** Returns when the transaction was known to be committed, by performance.now(). */
  async decide(decisions: readonly Decision[]): Promise<number> {
    await this.inTransaction(decisions)
    const at = performance.now()
    for (const decision of decisions) this.committed.set(decision.job.id, decision)
    return at
  }

  /** The same, but something goes wrong before the commit: no job may come of it. */
  async decideInVain(decisions: readonly Decision[]): Promise<void> {
    this.rolledBack++
    await this.inTransaction(decisions, () => {
      throw new Rollback()
    }).catch((error: unknown) => {
      if (!(error instanceof Rollback)) throw error
    })
  }

  close(): Promise<void> {
    return this.dataSource.destroy()
  }

  private inTransaction(decisions: readonly Decision[], atTheEnd = () => undefined): Promise<void> {
    for (const { job, manner } of decisions) this.known.set(job.id, manner)
    return transaction(this.dataSource, async (tx) => {
      const ids = decisions.map(({ job }) => job.id)
      await query(tx, { text: 'insert into decision select unnest($1::uuid[])' }, [ids])
      await this.jobs.enqueue(
        tx,
        decisions.map(({ job, priority }) => ({ queue: QUEUE, data: job, priority, key: job.id })),
      )
      atTheEnd()
    })
  }
}

class Rollback extends Error {}
