import { createServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { JobQueue, PermanentJobError, PostponeJobError, type JobHandler } from '@laurel/jobs'
import { createLogger, Metrics } from '@laurel/telemetry'
import { readWorkerSettings, type WorkerSettings } from './config'
import { HURRY, JOBS_SCHEMA, QUEUE, type Call, type EffectJob } from './job'

const LATER_MS = 300

/** A process with the workers of a service: it takes jobs until it is told to end, or killed. */
async function main(): Promise<void> {
  const settings = readWorkerSettings()
  const logger = createLogger({ service: `prove-worker-${settings.worker}`, level: 'info' })
  const jobs = new JobQueue({ url: settings.databaseUrl, schema: JOBS_SCHEMA, logger, metrics: new Metrics('prove-worker') })
  await jobs.start()
  await jobs.createQueue(QUEUE)
  await jobs.work(QUEUE, makeEffect(settings))
  createServer((_request, response) => void response.end()).listen(settings.port, '127.0.0.1')
  process.once('SIGTERM', () => void jobs.stop().then(() => process.exit(0)))
}

/** Tells the outside place that it begins, makes the effect there, and tells that it is done. */
function makeEffect({ placeUrl, worker }: WorkerSettings): JobHandler<EffectJob> {
  return async ({ id, beforeMs, afterMs }, { attempt, signal }) => {
    const call: Call = { job: id, attempt, worker, pid: process.pid }
    const tell = (what: string) => post(`${placeUrl}/${what}`, call, signal)
    const isHurried = (await tell('begin')) === HURRY
    const work = (ms: number) => (isHurried ? undefined : pause(ms, undefined, { signal }))
    await work(beforeMs)
    judge(await tell('effect'))
    await work(afterMs)
    await tell('done')
  }
}

async function post(url: string, body: object, signal: AbortSignal): Promise<number> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body), signal })
  await response.arrayBuffer()
  return response.status
}

function judge(status: number): void {
  if (status === 429) throw new PostponeJobError('the place is busy', LATER_MS)
  if (status === 422) throw new PermanentJobError('the place refuses')
  if (status !== 200) throw new Error(`the place answered ${status}`)
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`)
  process.exit(1)
})
