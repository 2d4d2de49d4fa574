import { randomUUID } from 'node:crypto'
import { PostponeJobError } from '@laurel/jobs'
import { Health, startService, type RunningService } from '@laurel/service-shell'
import { createTestDatabase, SigningIam, type TestDatabase } from '@laurel/testing'
import { Module } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { Checker } from '../checker/checker'
import { Learner } from '../events.fixture'
import { emailOf, externalCourse, Followers, learnersDatabase, PlatformFixture } from '../learners.fixture'
import { SERVICE } from '../service-name'
import { Runner } from '../use-cases/run-checker.fixture'
import { CheckerController } from './checker.controller'

/** What the specs read of answers. */
interface AnswerBody {
  readonly items: readonly { readonly result: string; readonly started_at: string }[]
  readonly next_cursor: string | null
  readonly errors: readonly { readonly field: string }[]
}

/** What the specs read of the OpenAPI document. */
interface Operation {
  readonly summary: string
  readonly responses: Readonly<
    Record<string, { readonly content: { readonly 'application/json': { readonly schema: { readonly $ref: string } } } }>
  >
}

/** Real: Postgres, HTTP with the shell's guards and pipes. The platform answers from memory. */
const iam = new SigningIam()
const food = externalCourse()
let database: TestDatabase
let followers: Followers
let platform: PlatformFixture
let runner: Runner
let checker: Checker
let service: RunningService

beforeAll(async () => {
  await iam.start()
  database = await createTestDatabase(learnersDatabase)
  followers = new Followers(database.dataSource)
  platform = new PlatformFixture()
  runner = new Runner(database.dataSource, followers, platform)
  checker = new Checker(runner.ports, 300_000)
  await followers.publish(food)
  service = await start()
}, 60_000)
beforeEach(async () => {
  await database.dataSource.query('delete from learners')
  await database.dataSource.query('delete from checker_run')
  platform.asked.length = 0
  platform.onAsk = async () => {}
})
afterAll(async () => {
  await service?.close()
  await database?.drop()
  await iam.stop()
})

function start(): Promise<RunningService> {
  @Module({
    controllers: [CheckerController],
    providers: [
      { provide: DataSource, useValue: database.dataSource },
      { provide: Checker, useValue: checker },
    ],
  })
  class CheckerModule {}

  return startService({
    config: {
      service: SERVICE,
      host: '127.0.0.1',
      port: 0,
      logLevel: 'silent',
      role: 'api',
      databaseUrl: database.url,
      kafkaBrokers: ['127.0.0.1:1'],
      kafkaSessionTimeoutMs: 10_000,
      rateLimitPerSecond: 0,
      iam: { jwksUrl: iam.jwksUrl, issuer: iam.issuer, audience: iam.audience },
    },
    module: CheckerModule,
    logger: runner.logger,
    metrics: runner.metrics,
    health: new Health(),
    title: 'Checker',
    version: '0.0.0',
    process: null,
  })
}

async function call(method: 'GET' | 'POST', path: string, body?: object, roles: string[] | null = ['admin']) {
  const authorization = roles && `Bearer ${await iam.token(randomUUID(), { roles })}`
  const response = await fetch(`${service.url}/api/v1/checker/${path}`, {
    method,
    headers: { ...(authorization && { authorization }), ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as AnswerBody }
}

async function enrolled(count: number, isComplete = false): Promise<Learner[]> {
  const learners = await followers.enrolled(food, count)
  for (const learner of learners) platform.knows(learner, { isComplete })
  return learners
}
const course_id = food.version.course_id

describe.each([
  ['GET', 'health', undefined],
  ['POST', 'process-batch', {}],
  ['POST', 'check', { user_id: randomUUID(), course_id }],
  ['GET', 'runs', undefined],
] as const)('%s %s', (method, path, body) => {
  it('is for administrators alone', async () => {
    expect((await call(method, path, body, null)).status).toBe(401)
    expect((await call(method, path, body, ['learner'])).status).toBe(403)
    expect((await call(method, path, body, ['org_admin'])).status).toBe(403)
  })

  it('is documented, with its answer and its refusals', async () => {
    const { paths } = (await (await fetch(`${service.url}/openapi.json`)).json()) as { paths: Record<string, Record<string, Operation>> }
    const operation = paths[`/api/v1/checker/${path}`]![method.toLowerCase()]!
    expect(operation.summary).toEqual(expect.any(String))
    expect(operation.responses['200']!.content['application/json'].schema.$ref).toMatch(/Body$/)
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403', ...(method === 'POST' ? ['400'] : [])]))
  })
})

describe('process-batch', () => {
  it('checks as many as it is asked to, and tells what came of it', async () => {
    await enrolled(30, true)
    const answer = await call('POST', 'process-batch', { batch_size: 25 })
    expect(answer).toEqual({
      status: 200,
      body: {
        run_id: expect.any(String),
        trigger: 'request',
        started_at: new Date(runner.time).toISOString(),
        finished_at: new Date(runner.time).toISOString(),
        duration_ms: 0,
        ended: 'batch-done',
        processed: 25,
        completed: 25,
        errors: 0,
        undecided: 0,
      },
    })
    expect(await call('POST', 'process-batch', {})).toMatchObject({ body: { processed: 5 } })
  })

  it('is refused while the checker is at work', async () => {
    await enrolled(1)
    let meanwhile: unknown
    platform.onAsk = async () => void (meanwhile = await call('POST', 'process-batch', {}))
    await call('POST', 'process-batch', {})
    expect(meanwhile).toMatchObject({ status: 409 })
  })

  it.each([24, 101, '50', null, 50.5])('takes no batch of %j', async (batch_size) => {
    expect(await call('POST', 'process-batch', { batch_size })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'batch_size', detail: expect.stringContaining('must be a whole number from 25 to 100') }] },
    })
  })
})

describe('check', () => {
  it('asks about one learner, due or not, by user_id or by e-mail in any case', async () => {
    const [learner, other] = await enrolled(2)
    const item = {
      user_id: learner!.userId,
      course_version_id: food.version.course_version_id,
      platform: 'graphy',
      external_course_id: course_id,
    }
    expect(await call('POST', 'check', { user_id: learner!.userId.toUpperCase(), course_id })).toEqual({
      status: 200,
      body: { items: [{ ...item, result: 'incomplete' }] },
    })
    platform.knows(learner!, { isComplete: true })
    runner.time += 1_000
    expect(await call('POST', 'check', { email: emailOf(learner!).toUpperCase(), course_id })).toEqual({
      status: 200,
      body: { items: [{ ...item, result: 'complete' }] },
    })
    expect(platform.asked).not.toContain(emailOf(other!))
    expect(await followers.row(learner!)).toMatchObject({ enrollment_status: 'completed' })
    expect((await call('GET', 'runs')).body.items).toMatchObject([
      { trigger: 'check', processed: 1, completed: 1, ended: 'batch-done' },
      { trigger: 'check', processed: 1, completed: 0, ended: 'batch-done' },
    ])
  })

  it('says that the platform is away, that the question failed, or that the e-mail is not known', async () => {
    const [learner] = await enrolled(1)
    const result = async () => (await call('POST', 'check', { user_id: learner!.userId, course_id })).body.items[0]!.result
    platform.onAsk = () => Promise.reject(new PostponeJobError('away', 5_000))
    expect(await result()).toBe('away')
    platform.onAsk = () => Promise.reject(new Error('answered 500'))
    expect(await result()).toBe('failed')
    await database.dataSource.query(`update learners set email = null, enrollment_status = 'pending'`)
    expect(await result()).toBe('unresolved')
  })

  it('knows nobody in another course', async () => {
    const [learner] = await enrolled(1)
    expect(await call('POST', 'check', { user_id: learner!.userId, course_id: randomUUID() })).toMatchObject({ status: 404 })
    expect(await call('POST', 'check', { email: 'nobody@learners.example', course_id })).toMatchObject({ status: 404 })
  })

  it.each([
    ['user_id', { course_id }],
    ['user_id', { course_id, user_id: randomUUID(), email: 'a@learners.example' }],
    ['user_id', { course_id, user_id: 'x' }],
    ['email', { course_id, email: 'x' }],
    ['email', { course_id, email: null, user_id: randomUUID() }],
    ['course_id', { user_id: randomUUID() }],
    ['name', { course_id, user_id: randomUUID(), name: 'x' }],
  ])('names %s when it is wrong: %j', async (field, body) => {
    const answer = await call('POST', 'check', body)
    expect(answer.status).toBe(400)
    expect(answer.body.errors.map((error) => error.field)).toContain(field)
  })
})

describe('runs', () => {
  it('are listed latest first, in pages', async () => {
    for (let n = 0; n < 3; n++) {
      await call('POST', 'process-batch', {})
      runner.time += 1_000
    }
    const all = (await call('GET', 'runs')).body
    expect(all.items.map(({ started_at }) => Date.parse(started_at))).toEqual([1, 2, 3].map((n) => runner.time - n * 1_000))
    expect(all.next_cursor).toBeNull()
    const first = (await call('GET', 'runs?limit=2')).body
    const second = (await call('GET', `runs?limit=2&cursor=${first.next_cursor}`)).body
    expect([...first.items, ...second.items]).toEqual(all.items)
    expect(second.next_cursor).toBeNull()
  })

  it.each(['limit=0', 'limit=201', 'limit=x', 'cursor=x'])('refuse %s', async (query) => {
    expect((await call('GET', `runs?${query}`)).status).toBe(400)
  })
})

describe('health', () => {
  it('tells how far the checks have got', async () => {
    expect((await call('GET', 'health')).body).toEqual({
      status: 'never-ran',
      platforms: ['graphy'],
      due: 0,
      unchecked_since: null,
      last_run: null,
    })
    await enrolled(2)
    await call('POST', 'process-batch', {})
    const checkedAt = new Date(runner.time).toISOString()
    expect((await call('GET', 'health')).body).toMatchObject({ status: 'ok', due: 0, last_run: { processed: 2 } })
    runner.nextCycle()
    expect((await call('GET', 'health')).body).toMatchObject({ due: 2, unchecked_since: checkedAt })
    await enrolled(1)
    expect((await call('GET', 'health')).body).toMatchObject({ due: 3, unchecked_since: null })
  })

  it.each([
    ['every check failed', () => Promise.reject(new Error('answered 500'))],
    ['the platform is away', () => Promise.reject(new PostponeJobError('away', 5_000))],
  ])('is failing when %s', async (_, onAsk) => {
    await enrolled(2)
    platform.onAsk = onAsk
    await checker.runScheduled('schedule', { cron: '', batchSize: 50, budgetMs: 300_000 })
    expect((await call('GET', 'health')).body).toMatchObject({ status: 'failing' })
  })
})

it('ends the run under way when it is stopped', async () => {
  await enrolled(3)
  const ending = new Checker(runner.ports, 300_000)
  let stopped: Promise<void> | undefined
  platform.onAsk = async () => void (stopped = ending.stop())
  const run = await ending.processBatch(50)
  await stopped
  expect(run).toMatchObject({ ended: 'stopped', processed: 1 })
})
