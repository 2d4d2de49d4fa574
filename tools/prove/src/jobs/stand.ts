import { join } from 'node:path'
import { JobQueue } from '@laurel/jobs'
import { provision, serviceUrl } from '@laurel/postgres'
import { createLogger, Metrics } from '@laurel/telemetry'
import { Client } from 'pg'
import type { Findings } from '../findings'
import { freePort, Replica } from '../stage/replica'
import { Attempts } from './attempts'
import { workerEnvironment } from './config'
import { Decisions } from './decisions'
import { JOBS_SCHEMA, QUEUE, SCHEMA, type Call } from './job'
import { OutsidePlace, type Moment } from './outside-place'

export interface StandOptions {
  /** A superuser's URL. */
  readonly adminUrl: string
  readonly password: string
  /** Directory for the logs of the workers. */
  readonly logs: string
  readonly workers: number
  readonly findings: Findings
  readonly onMoment: (moment: Moment, call: Call) => void
}

const WORKER = join(__dirname, 'worker.js')

/** Worker processes, the outside place that they call, and this process, which decides and never works itself. */
export class Stand {
  private constructor(
    readonly findings: Findings,
    readonly admin: Client,
    readonly jobs: JobQueue,
    readonly decisions: Decisions,
    readonly attempts: Attempts,
    readonly place: OutsidePlace,
    readonly workers: readonly Replica[],
  ) {}

  static async open(o: StandOptions): Promise<Stand> {
    const role = { schema: SCHEMA, password: o.password }
    await provision(o.adminUrl, [role])
    const url = serviceUrl(o.adminUrl, role)
    const admin = new Client({ connectionString: o.adminUrl, application_name: 'laurel-prove' })
    await admin.connect()
    const logger = createLogger({ service: 'prove', level: 'silent' })
    const jobs = new JobQueue({ url, schema: JOBS_SCHEMA, logger, metrics: new Metrics('prove') })
    await jobs.start()
    await jobs.createQueue(QUEUE)
    const decisions = await Decisions.open(url, jobs)
    const attempts = new Attempts(o.findings)
    const place = await OutsidePlace.open({ attempts, mannerOf: (job) => decisions.mannerOf(job), onMoment: o.onMoment })
    const workers = await Promise.all(Array.from({ length: o.workers }, (_, n) => workerAt(n, url, place.url, o.logs)))
    const stand = new Stand(o.findings, admin, jobs, decisions, attempts, place, workers)
    await Promise.all(workers.map((worker) => worker.start())).catch(async (error: unknown) => {
      await stand.close()
      throw error
    })
    return stand
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop()))
    await this.place.close()
    await this.decisions.close()
    await this.jobs.stop()
    await this.admin.end()
  }
}

async function workerAt(worker: number, databaseUrl: string, placeUrl: string, logs: string): Promise<Replica> {
  const name = `worker-${worker + 1}`
  const env = workerEnvironment({ databaseUrl, placeUrl, worker })
  return new Replica({ name, script: WORKER, port: await freePort(), env, logFile: join(logs, `${name}.log`) })
}
