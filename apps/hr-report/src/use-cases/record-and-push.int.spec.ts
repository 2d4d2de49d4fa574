import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { CourseCompletedV1, CourseVersionPublishedV1 } from '@laurel/contracts'
import { JobQueue, OutsideSystem } from '@laurel/jobs'
import type { Disposition } from '@laurel/messaging'
import { transaction } from '@laurel/postgres'
import { Metrics } from '@laurel/telemetry'
import {
  asAdmin,
  batchOf,
  courseCompletion,
  createTestDatabase,
  eventually,
  LocalServer,
  RecordingLogger,
  type TestDatabase,
} from '@laurel/testing'
import { published } from '../published.fixture'
import { hrDatabase } from '../hr-report.module'
import { HrSystem } from '../hr-system/hr-system'
import { countTrainingRecords } from '../persistence/training-record-store'
import { adoptPublished } from './adopt-course-versions'
import { pushTrainingRecord, PUSH_QUEUE } from './push-training-record'
import { recordCompletions } from './record-completions'

/** Real: Postgres, pg-boss, the role's rights, HTTP to a local server. */
let database: TestDatabase
let jobs: JobQueue

beforeAll(async () => {
  database = await createTestDatabase(hrDatabase)
  jobs = new JobQueue({
    url: database.url,
    schema: `${hrDatabase.schema}_jobs`,
    logger: new RecordingLogger(),
    metrics: new Metrics('spec'),
  })
  await jobs.start()
  await jobs.createQueue(PUSH_QUEUE)
})
afterAll(async () => {
  await jobs.stop()
  await database.drop()
})

let queued = 0
beforeEach(async () => {
  await database.dataSource.query('delete from training_records')
  await database.dataSource.query('delete from course_versions')
  queued = (await jobs.stats()).queueLength
})

/** How many sessions of the service wait for a lock. */
const waiting = (): Promise<number> =>
  asAdmin(database.adminUrl, async (client) => {
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    return rows[0]!.n
  })

const complete = (...data: CourseCompletedV1[]): Promise<Disposition[]> =>
  transaction(database.dataSource, (tx) => recordCompletions(tx, jobs, batchOf(CourseCompletedV1, ...data)))
const publish = (...data: CourseVersionPublishedV1[]): Promise<void> =>
  transaction(database.dataSource, (tx) => adoptPublished(tx, jobs, batchOf(CourseVersionPublishedV1, ...data)))
const counts = () => transaction(database.dataSource, countTrainingRecords)
const enqueued = async (): Promise<number> => (await jobs.stats()).queueLength - queued

describe('recording completions', () => {
  it('records each completion once and enqueues one push, however often it is delivered', async () => {
    const version = published()
    await publish(version)
    const [one, two] = [courseCompletion(version), courseCompletion(version)]

    await complete(one, two, one)
    await complete(two, one)

    expect(await counts()).toEqual({ records: 2, pushed: 0, waiting: 0 })
    expect(await enqueued()).toBe(2)
  })

  it('records a completion before its course version, and enqueues the push when that arrives, once', async () => {
    const version = published()
    await complete(courseCompletion(version), courseCompletion())
    expect(await counts()).toEqual({ records: 2, pushed: 0, waiting: 2 })
    expect(await enqueued()).toBe(0)

    await publish(version, version)
    await publish(version)

    expect(await counts()).toEqual({ records: 2, pushed: 0, waiting: 1 })
    expect(await enqueued()).toBe(1)
  })

  it('keeps the first content of a course version, which never changes', async () => {
    const version = published()
    await publish(version, { ...version, title: 'Another' })
    await publish({ ...version, title: 'A third' })
    const rows = await database.dataSource.query('select title, course_code, credit_hours from course_versions')
    expect(rows).toEqual([{ title: version.title, course_code: 'FOOD-101', credit_hours: 1.5 }])
  })

  it('rejects what contradicts a recorded completion, and records the rest of the batch', async () => {
    const first = courseCompletion()
    await complete(first)
    const otherIdOfSameFact = { ...first, completion_id: randomUUID() }
    const sameIdOfOtherFact = { ...first, user_id: randomUUID() }

    const dispositions = await complete(otherIdOfSameFact, courseCompletion(), sameIdOfOtherFact)

    expect(dispositions.map(({ kind, message }) => [kind, message.data])).toEqual([
      ['reject', otherIdOfSameFact],
      ['reject', sameIdOfOtherFact],
    ])
    expect((await counts()).records).toBe(2)
  })

  it.each([
    ['completion', false],
    ['completion', true],
    ['version', false],
    ['version', true],
  ] as const)(
    'misses no push when a completion and its version arrive at once, the %s first (version awaited before: %p)',
    async (first, awaited) => {
      const version = published()
      if (awaited) await complete(courseCompletion(version))
      const steps = {
        completion: () => complete(courseCompletion(version)),
        version: () => publish(version),
      }
      let commit = (): void => undefined
      const held = new Promise<void>((resolve) => (commit = resolve))
      let done = (): void => undefined
      const applied = new Promise<void>((resolve) => (done = resolve))
      const slow = transaction(database.dataSource, async (tx) => {
        if (first === 'completion') await recordCompletions(tx, jobs, batchOf(CourseCompletedV1, courseCompletion(version)))
        else await adoptPublished(tx, jobs, batchOf(CourseVersionPublishedV1, version))
        done()
        await held
      })
      await applied
      const second = steps[first === 'completion' ? 'version' : 'completion']()
      await eventually(async () => expect(await waiting()).toBe(1))
      commit()
      await Promise.all([slow, second])

      expect(await enqueued()).toBe(awaited ? 2 : 1)
    },
  )
})

describe('pushing to HR', () => {
  let server: LocalServer
  let received: { headers: IncomingHttpHeaders; body: Record<string, unknown> }[]
  let status: number
  let system: OutsideSystem

  beforeEach(async () => {
    received = []
    status = 201
    server = new LocalServer((request, response) => void take(request, response))
    await server.start()
    system = new OutsideSystem({ name: 'hr', baseUrl: server.url, timeoutMs: 10_000, metrics: new Metrics('spec') })
  })

  afterEach(async () => {
    await system.close()
    await server.stop()
  })

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat((await request.toArray()) as Buffer[]).toString()
    received.push({ headers: request.headers, body: JSON.parse(body) as Record<string, unknown> })
    response.writeHead(status).end(JSON.stringify({ id: 'hr-1' }))
  }

  const push = (id: string): Promise<void> => {
    const attempt = { id: 'job', attempt: 1, signal: new AbortController().signal }
    return pushTrainingRecord(database.dataSource, new HrSystem(system))({ completion_id: id }, attempt)
  }

  it('sends the record under its completion_id, notes it, and does not send it again', async () => {
    const version = published()
    const data = courseCompletion({ ...version, score: 87.5 })
    await publish(version)
    await complete(data)

    await push(data.completion_id)
    await push(data.completion_id)

    expect(received).toHaveLength(1)
    expect(received[0]!.headers['idempotency-key']).toBe(data.completion_id)
    expect(received[0]!.body).toMatchObject({
      completion_id: data.completion_id,
      user_id: data.user_id,
      course_code: 'FOOD-101',
      score: 87.5,
    })
    expect(await counts()).toMatchObject({ pushed: 1 })
  })

  it('sends the very same again after a crash between the effect and noting it', async () => {
    const version = published()
    const data = courseCompletion(version)
    await publish(version)
    await complete(data)
    await push(data.completion_id)
    await database.dataSource.query('update training_records set pushed_at = null')
    await publish({ ...version, title: 'Another' })

    await push(data.completion_id)

    expect(received).toHaveLength(2)
    expect(received[1]!.body).toEqual(received[0]!.body)
    expect(received[1]!.headers['idempotency-key']).toBe(received[0]!.headers['idempotency-key'])
  })

  it('does not count as pushed what HR refused', async () => {
    status = 422
    const version = published()
    const data = courseCompletion(version)
    await publish(version)
    await complete(data)
    await expect(push(data.completion_id)).rejects.toMatchObject({ name: 'PermanentJobError' })
    expect(await counts()).toMatchObject({ pushed: 0 })
  })

  it('fails for good without a record', async () => {
    await expect(push(randomUUID())).rejects.toMatchObject({ name: 'PermanentJobError' })
    expect(received).toHaveLength(0)
  })

  it('pushes what was enqueued', async () => {
    const version = published()
    const data = [courseCompletion(version), courseCompletion(version), courseCompletion(version)]
    await complete(...data)
    await publish(version)
    await jobs.work(PUSH_QUEUE, pushTrainingRecord(database.dataSource, new HrSystem(system)))

    await eventually(async () => expect(await counts()).toEqual({ records: 3, pushed: 3, waiting: 0 }))
    const keys = received.map(({ headers }) => headers['idempotency-key'])
    expect(keys.sort()).toEqual(data.map((c) => c.completion_id).sort())
  })
})
