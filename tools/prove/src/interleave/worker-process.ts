import type { PoolClient } from 'pg'
import { builtJobs, type JobHandler, type Jobs } from './built-jobs'
import { GatedDatabase } from './gated-database'
import { jobClock } from './job-clock'

export interface WorkerProcessOptions {
  readonly url: string
  readonly schema: string
  readonly queue: string
  readonly name: string
  readonly onError: (error: Error) => void
}

/** A process with one worker of the job queue: its statements and its pauses wait for their turn. */
export class WorkerProcess {
  private constructor(
    readonly connection: GatedDatabase,
    readonly jobs: Jobs,
    private readonly queue: string,
  ) {}

  static async open({ url, schema, queue, name, onError }: WorkerProcessOptions): Promise<WorkerProcess> {
    const connection = await GatedDatabase.open(url, schema, name)
    const db = {
      async executeSql(text: string, values?: unknown[]) {
        const runner = connection.runner()
        try {
          const client = (await runner.connect()) as PoolClient
          return await client.query<object>({ text, ...(values && { values }) })
        } finally {
          await runner.release()
        }
      },
    }
    const jobs = builtJobs({ schema: `${schema}_jobs`, db, clock: jobClock(() => connection.player), onError })
    await jobs.start()
    return new WorkerProcess(connection, jobs, queue)
  }

  work<T extends object>(handler: JobHandler<T>): Promise<void> {
    return this.jobs.work(this.queue, handler)
  }

  /** Takes no more jobs; resolves when the one at work is settled. */
  rest(): Promise<void> {
    return this.jobs.boss.offWork(this.queue, { wait: true })
  }

  async close(): Promise<void> {
    await this.jobs.stop()
    await this.connection.close()
  }
}
