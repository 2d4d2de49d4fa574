import { randomUUID } from 'node:crypto'
import { CourseCompletedV1, CourseVersionPublishedV1 } from '@laurel/contracts'
import { JobQueue } from '@laurel/jobs'
import type { Disposition } from '@laurel/messaging'
import { transaction } from '@laurel/postgres'
import { Metrics } from '@laurel/telemetry'
import { asAdmin, batchOf, courseCompletion, createTestDatabase, eventually, RecordingLogger, type TestDatabase } from '@laurel/testing'
import { credentialDatabase } from '../credential.module'
import { published } from '../published.fixture'
import { adoptPublished } from './adopt-course-versions'
import { ISSUE_QUEUE } from './issue-credential'
import { recordCompletions } from './record-completions'

/** Real: Postgres, pg-boss, the role's rights. */
let database: TestDatabase
let jobs: JobQueue

beforeAll(async () => {
  database = await createTestDatabase(credentialDatabase)
  jobs = new JobQueue({
    url: database.url,
    schema: `${credentialDatabase.schema}_jobs`,
    logger: new RecordingLogger(),
    metrics: new Metrics('spec'),
  })
  await jobs.start()
  await jobs.createQueue(ISSUE_QUEUE)
})
afterAll(async () => {
  await jobs.stop()
  await database.drop()
})

let before = 0
beforeEach(async () => {
  await database.dataSource.query('delete from completions')
  before = (await jobs.stats()).queueLength
})

/** How many sessions of the service wait for a lock. */
const waiting = (): Promise<number> =>
  asAdmin(database.adminUrl, async (client) => {
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    return rows[0]!.n
  })

const complete = (data: CourseCompletedV1[], wanted = true): Promise<Disposition[]> =>
  transaction(database.dataSource, (tx) => recordCompletions(tx, jobs, batchOf(CourseCompletedV1, ...data), wanted))
const publish = (...data: CourseVersionPublishedV1[]): Promise<void> =>
  transaction(database.dataSource, (tx) => adoptPublished(tx, jobs, batchOf(CourseVersionPublishedV1, ...data)))
const recorded = async (): Promise<number> => Number((await database.dataSource.query('select count(*) as n from completions'))[0].n)
const enqueued = async (): Promise<number> => (await jobs.stats()).queueLength - before

it('records each completion once and enqueues one job, however often it is delivered', async () => {
  const version = published()
  await publish(version)
  const [one, two] = [courseCompletion(version), courseCompletion(version)]
  await complete([one, two, one])
  await complete([two, one])
  expect([await recorded(), await enqueued()]).toEqual([2, 2])
})

it('enqueues the job of an early completion when its course version arrives, once', async () => {
  const version = published()
  await complete([courseCompletion(version), courseCompletion()])
  expect([await recorded(), await enqueued()]).toEqual([2, 0])
  await publish(version, version)
  await publish(version)
  expect(await enqueued()).toBe(1)
})

it('records and enqueues nothing while credentials are disabled, nor later', async () => {
  const version = published()
  await complete([courseCompletion(version)], false)
  await publish(version)
  await complete([courseCompletion(version)], false)
  expect([await recorded(), await enqueued()]).toEqual([2, 0])
  await complete([courseCompletion(version)], true)
  expect([await recorded(), await enqueued()]).toEqual([3, 1])
})

it('rejects what contradicts a recorded completion, and records the rest of the batch', async () => {
  const first = courseCompletion()
  await complete([first])
  const otherIdOfSameFact = { ...first, completion_id: randomUUID() }
  const sameIdOfOtherFact = { ...first, cycle: 2 }
  const dispositions = await complete([otherIdOfSameFact, courseCompletion(), sameIdOfOtherFact])
  expect(dispositions.map(({ kind, message }) => [kind, message.data])).toEqual([
    ['reject', otherIdOfSameFact],
    ['reject', sameIdOfOtherFact],
  ])
  expect(await recorded()).toBe(2)
})

it.each([
  ['completion', false],
  ['completion', true],
  ['version', false],
  ['version', true],
] as const)(
  'misses no job when a completion and its version arrive at once, the %s first (version awaited before: %p)',
  async (first, awaited) => {
    const version = published()
    if (awaited) await complete([courseCompletion(version)])
    let commit = (): void => undefined
    const held = new Promise<void>((resolve) => (commit = resolve))
    let done = (): void => undefined
    const applied = new Promise<void>((resolve) => (done = resolve))
    const slow = transaction(database.dataSource, async (tx) => {
      if (first === 'completion') await recordCompletions(tx, jobs, batchOf(CourseCompletedV1, courseCompletion(version)), true)
      else await adoptPublished(tx, jobs, batchOf(CourseVersionPublishedV1, version))
      done()
      await held
    })
    await applied
    const second = first === 'completion' ? publish(version) : complete([courseCompletion(version)])
    await eventually(async () => expect(await waiting()).toBe(1))
    commit()
    await Promise.all([slow, second])
    expect(await enqueued()).toBe(awaited ? 2 : 1)
  },
)
