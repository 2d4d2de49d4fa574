import { transaction } from '@laurel/postgres'
import { Metrics } from '@laurel/telemetry'
import { createTestDatabase, eventually, RecordingLogger, type TestDatabase } from '@laurel/testing'
import type { JobHandler, JobQueueOptions, JobSpec } from './job'
import { PermanentJobError, PostponeJobError } from './job-error'
import { JobQueue } from './job-queue'
import { JobTable } from './job-table'

/** Real: Postgres, pg-boss, the role's rights. */
describe('JobQueue on Postgres', () => {
  const schema = 'jobs_spec'
  const table = `${schema}_jobs.job`
  let database: TestDatabase
  let running: JobQueue[] = []
  let n = 0
  /** A queue of its own per test. */
  let queue: string

  beforeAll(async () => {
    database = await createTestDatabase({ schema, migrations: [] })
  })
  afterAll(() => database.drop())

  beforeEach(() => {
    queue = `q${(n += 1)}`
  })

  afterEach(async () => {
    await Promise.all(running.map((jobs) => jobs.stop()))
    running = []
    await sql(`delete from ${table}`)
  })

  async function sql(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    return database.dataSource.query(text, values)
  }

  async function start(options: Partial<JobQueueOptions> = {}): Promise<JobQueue> {
    const jobs = new JobQueue({
      url: database.url,
      schema: `${schema}_jobs`,
      logger: new RecordingLogger(),
      metrics: new Metrics('spec'),
      ...options,
    })
    running.push(jobs)
    await jobs.start()
    await jobs.createQueue(queue)
    return jobs
  }

  const spec = (data: object, priority = 5): JobSpec<object> => ({ queue, data, priority })
  const enqueue = (jobs: JobQueue, specs: JobSpec<object>[]): Promise<void> =>
    transaction(database.dataSource, (tx) => jobs.enqueue(tx, specs))

  /** A handler and a way to wait until it has run n times. */
  function recorder(behaviour: JobHandler<{ n?: number }> = async () => undefined) {
    const seen: { data: { n?: number }; attempt: number }[] = []
    const waiting: { count: number; resolve: () => void }[] = []
    const handler: JobHandler<{ n?: number }> = async (data, attempt) => {
      seen.push({ data, attempt: attempt.attempt })
      for (const { count, resolve } of waiting) if (seen.length >= count) resolve()
      return behaviour(data, attempt)
    }
    const times = (count: number): Promise<void> =>
      new Promise((resolve) => (seen.length >= count ? resolve() : waiting.push({ count, resolve })))
    return { seen, handler, times }
  }

  const eventuallyStats = (jobs: JobQueue, expected: object): Promise<void> =>
    eventually(async () => expect(await jobs.stats()).toMatchObject(expected))

  it('runs what a committed transaction enqueued, and nothing of one that rolled back', async () => {
    const jobs = await start()
    const run = recorder()
    await jobs.work(queue, run.handler)

    const lost = transaction(database.dataSource, async (tx) => {
      await jobs.enqueue(tx, [spec({ n: 1 })])
      throw new Error('rolled back')
    })
    await expect(lost).rejects.toThrow('rolled back')
    await enqueue(jobs, [spec({ n: 2 }), spec({ n: 3 })])
    await run.times(2)

    await eventuallyStats(jobs, { queueLength: 0, activeJobs: 0, failedJobs: 0, processing: false })
    expect(run.seen.map(({ data }) => data.n).sort()).toEqual([2, 3])
    expect(run.seen.every(({ attempt }) => attempt === 1)).toBe(true)
  })

  it('takes the most urgent first, then the oldest', async () => {
    const jobs = await start({ concurrency: 1 })
    await enqueue(jobs, [spec({ n: 1 }, 1)])
    await enqueue(jobs, [spec({ n: 2 }, 5)])
    await enqueue(jobs, [spec({ n: 3 }, 5), spec({ n: 4 }, 10)])
    expect(await jobs.stats()).toEqual({ queueLength: 4, activeJobs: 0, failedJobs: 0, processing: false })

    const run = recorder()
    await jobs.work(queue, run.handler)
    await run.times(4)

    expect(run.seen.map(({ data }) => data.n)).toEqual([4, 2, 3, 1])
  })

  it('still takes an urgent job when long low ones hold every other worker', async () => {
    const jobs = await start()
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const run = recorder((data) => (data.n === 10 ? Promise.resolve() : held))
    await enqueue(
      jobs,
      Array.from({ length: 5 }, (_, n) => spec({ n }, 1)),
    )
    await jobs.work(queue, run.handler)
    await eventuallyStats(jobs, { activeJobs: 2, queueLength: 3, processing: true })

    await enqueue(jobs, [spec({ n: 10 }, 10)])
    await run.times(3)

    expect(run.seen.at(-1)).toMatchObject({ data: { n: 10 } })
    release()
    await run.times(6)
  })

  it('refuses a priority outside 1-10', async () => {
    const jobs = await start()
    for (const priority of [0, 11, 2.5]) await expect(enqueue(jobs, [spec({}, priority)])).rejects.toThrow(RangeError)
  })

  it('retries up to the limit, keeps the failed job with its error, and gives it its attempts anew on redrive', async () => {
    const jobs = await start({ retryLimit: 1 })
    let healthy = false
    const run = recorder(async () => {
      if (!healthy) throw new Error('the system is unwell')
    })
    await jobs.work(queue, run.handler)
    await enqueue(jobs, [{ ...spec({ n: 1 }), key: 'k1' }])

    await eventuallyStats(jobs, { failedJobs: 1, queueLength: 0 })
    expect(run.seen.map(({ attempt }) => attempt)).toEqual([1, 2])
    const [failed] = await jobs.failed(10)
    expect(failed).toMatchObject({ queue, data: { n: 1 }, priority: 5, attempts: 2, error: 'the system is unwell' })

    await expect(jobs.redrive([failed!.id])).resolves.toBe(1)
    await eventuallyStats(jobs, { failedJobs: 1, queueLength: 0 })
    expect(run.seen).toHaveLength(4)

    healthy = true
    await expect(jobs.redrive()).resolves.toBe(1)
    await eventuallyStats(jobs, { failedJobs: 0, queueLength: 0, activeJobs: 0 })
    expect(run.seen).toHaveLength(5)
    await expect(jobs.redrive()).resolves.toBe(0)
  })

  it('fails at once when no retry helps', async () => {
    const jobs = await start({ retryLimit: 3 })
    const run = recorder(async () => {
      throw new PermanentJobError('no such learner')
    })
    await jobs.work(queue, run.handler)
    await enqueue(jobs, [spec({})])

    await eventuallyStats(jobs, { failedJobs: 1 })
    expect(run.seen).toHaveLength(1)
    expect(await jobs.failed(1)).toMatchObject([{ error: 'no such learner', attempts: 1 }])
  })

  it('uses up no retry when a handler postpones', async () => {
    const jobs = await start({ retryLimit: 1 })
    const run = recorder(async (_, { attempt }) => {
      if (attempt <= 2) throw new PostponeJobError('suspended', 1)
      if (attempt === 3) throw new Error('the one retry is for this')
    })
    await jobs.work(queue, run.handler)
    await enqueue(jobs, [spec({})])

    await run.times(4)
    await eventuallyStats(jobs, { queueLength: 0, activeJobs: 0, failedJobs: 0 })
    expect(run.seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4])
  })

  it('does not run a postponed job before its time', async () => {
    const jobs = await start()
    const run = recorder(async (data) => {
      if (data.n === 1) throw new PostponeJobError('suspended', 3_600_000)
    })
    await jobs.work(queue, run.handler)
    await enqueue(jobs, [spec({ n: 1 }, 10)])
    await run.times(1)
    await eventuallyStats(jobs, { queueLength: 1, activeJobs: 0 })
    await enqueue(jobs, [spec({ n: 2 }, 5)])
    await run.times(2)
    expect(run.seen.map(({ data }) => data.n)).toEqual([1, 2])
  })

  it('takes a job again whose worker died, when its heartbeats stay away', async () => {
    const jobs = await start({ retryLimit: 1 })
    await enqueue(jobs, [spec({ n: 1 })])
    await sql(`update ${table} set state = 'active', started_on = now(), heartbeat_on = now() - interval '11 seconds' where name = $1`, [
      queue,
    ])
    const run = recorder()
    await jobs.work(queue, run.handler)

    await run.times(1)
    await eventuallyStats(jobs, { queueLength: 0, activeJobs: 0, failedJobs: 0 })
    expect(run.seen).toEqual([{ data: { n: 1 }, attempt: 2 }])
  })

  it('puts a running job back on stop, with its retries, for the next process', async () => {
    const first = await start({ retryLimit: 0 })
    const stuck = recorder(
      (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    )
    await first.work(queue, stuck.handler)
    await enqueue(first, [spec({ n: 1 })])
    await stuck.times(1)
    await first.stop()

    const second = await start({ retryLimit: 0 })
    expect(await second.stats()).toEqual({ queueLength: 1, activeJobs: 0, failedJobs: 0, processing: false })
    const run = recorder()
    await second.work(queue, run.handler)
    await run.times(1)
    await eventuallyStats(second, { queueLength: 0, activeJobs: 0, failedJobs: 0 })
  })

  it('keeps failed jobs for ever, and says when it cannot work', async () => {
    const jobs = await start({ retryLimit: 0 })
    const run = recorder(async (data) => {
      if (data.n === 1) throw new Error('no')
    })
    await jobs.work(queue, run.handler)
    await enqueue(jobs, [spec({ n: 1 }), spec({ n: 2 })])
    await run.times(2)
    await eventuallyStats(jobs, { failedJobs: 1, queueLength: 0, activeJobs: 0 })
    const kept = await sql(`select state, deletion_seconds from ${table} where name = $1 order by state`, [queue])
    expect(kept).toEqual([
      { state: 'completed', deletion_seconds: 0 },
      { state: 'failed', deletion_seconds: 0 },
    ])

    await expect(jobs.check()).resolves.toBeUndefined()
    await jobs.stop()
    await expect(jobs.check()).rejects.toThrow('not started')
  })

  it('purges completed jobs after a week, and nothing else', async () => {
    const jobs = await start()
    await enqueue(
      jobs,
      [1, 2, 3, 4].map((n) => spec({ n })),
    )
    const states = ['completed', 'completed', 'failed', 'cancelled']
    const ages = [8, 6, 800, 800]
    for (const [i, state] of states.entries()) {
      await sql(
        `update ${table} set state = $1::${schema}_jobs.job_state, completed_on = now() - $2 * interval '1 day'
          where name = $3 and data -> 'body' ->> 'n' = $4`,
        [state, ages[i], queue, String(i + 1)],
      )
    }

    await new JobTable({ executeSql: async (text, values) => ({ rows: await sql(text, values) }) }, `${schema}_jobs`).purgeCompleted()

    const left = await sql(`select data -> 'body' ->> 'n' as n from ${table} where name = $1 order by 1`, [queue])
    expect(left).toEqual([{ n: '2' }, { n: '3' }, { n: '4' }])
  })

  it('counts jobs and times attempts in its metrics', async () => {
    const metrics = new Metrics('spec')
    const jobs = await start({ metrics, retryLimit: 0 })
    const run = recorder(async (data) => {
      if (data.n === 1) throw new Error('no')
    })
    await jobs.work(queue, run.handler)
    await enqueue(jobs, [spec({ n: 1 }), spec({ n: 2 })])
    const values = async (metric: string): Promise<unknown> => (await metrics.registry.getSingleMetric(metric)!.get()).values
    await eventually(async () => {
      expect(await values('laurel_jobs')).toEqual([
        { labels: { state: 'pending' }, value: 0 },
        { labels: { state: 'processing' }, value: 0 },
        { labels: { state: 'failed' }, value: 1 },
      ])
      for (const outcome of ['completed', 'failed']) {
        const counted = { metricName: 'laurel_job_seconds_count', labels: { queue, outcome }, value: 1 }
        expect(await values('laurel_job_seconds')).toContainEqual(expect.objectContaining(counted))
      }
    })
  })
})
