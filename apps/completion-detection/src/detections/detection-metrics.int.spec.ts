import { randomUUID } from 'node:crypto'
import { CourseVersionPublishedV1, EnrollmentChangedV1, LessonCompletedV1 } from '@laurel/contracts'
import { query, retryingTransaction, transaction, type Tx } from '@laurel/postgres'
import { Metrics } from '@laurel/telemetry'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { completionDatabase } from '../completion-detection.module'
import { Member } from '../consumers/member.fixture'
import { course, Learner } from '../events.fixture'
import { addCompletions } from '../persistence/completion-store'
import { DetectionMetrics, noteDetections, type Detection } from './detection-metrics'

/** Real: Postgres, its commits and rollbacks. */
let database: TestDatabase
let metrics: Metrics

beforeEach(async () => {
  database = await createTestDatabase(completionDatabase)
  metrics = new Metrics('completion-detection')
  new DetectionMetrics(metrics, database.dataSource)
})
afterEach(() => database.drop())

const DETECTED_AT = new Date('2026-01-05T00:01:00.000Z')
const found = (detectedBy: Detection['detectedBy'], lagSeconds: number): Detection => ({
  detectedBy,
  completedAt: DETECTED_AT.getTime() - lagSeconds * 1_000,
  detectedAt: DETECTED_AT,
})
const values = async (name: string) =>
  (await metrics.registry.getSingleMetric(name)!.get()).values.map(({ labels, value }) => [labels['detected_by'], value])
const NONE = { events: 0, webhook: 0, checker: 0, manual: 0 }
const counts = async () => Object.fromEntries(await values('laurel_completions_detected_total')) as unknown
const lagSums = async () => {
  const { values } = await metrics.registry.getSingleMetric('laurel_completion_detection_lag_seconds')!.get()
  const sums = values.filter((one) => 'metricName' in one && one.metricName === 'laurel_completion_detection_lag_seconds_sum')
  return Object.fromEntries(sums.map(({ labels, value }) => [labels['detected_by'], value])) as unknown
}

it('counts completions and their lags when the transaction commits, by what found them', async () => {
  await transaction(database.dataSource, async (tx) => {
    noteDetections(tx, [found('events', 2)])
    noteDetections(tx, [found('events', 3), found('webhook', 30), found('manual', -1)])
    noteDetections(tx, [])
    expect(await counts()).toEqual(NONE)
  })
  expect(await counts()).toEqual({ ...NONE, events: 2, webhook: 1, manual: 1 })
  expect(await lagSums()).toEqual({ ...NONE, events: 5, webhook: 30 })
})

it('counts nothing of a transaction that rolls back, and those of a repeated one once', async () => {
  let attempts = 0
  await retryingTransaction(database.dataSource, async (tx) => {
    noteDetections(tx, [found('events', 1)])
    if (++attempts < 3) await query(tx, { text: `do $$ begin raise exception using errcode = '40001'; end $$` })
  })
  expect(await counts()).toEqual({ ...NONE, events: 1 })
})

it('counts what is noted within a savepoint when the transaction commits', async () => {
  const failing = transaction(database.dataSource, async (tx: Tx) => {
    await tx.transaction(async (inner) => noteDetections(inner, [found('events', 1)]))
    throw new Error('rolled back')
  })
  await expect(failing).rejects.toThrow('rolled back')
  expect(await counts()).toEqual(NONE)
  await transaction(database.dataSource, (tx) => tx.transaction(async (inner) => noteDetections(inner, [found('events', 1)])))
  expect(await counts()).toEqual({ ...NONE, events: 1 })
})

it('counts what the fold decides, once however often the events come', async () => {
  const member = new Member(database.dataSource)
  const it = course({ required: 1 })
  const learner = new Learner(it)
  await member.take(CourseVersionPublishedV1, it.version)
  await member.take(EnrollmentChangedV1, learner.enrollment())
  for (let round = 0; round < 2; round++) await member.take(LessonCompletedV1, learner.lesson(it.required[0]!))
  expect(await counts()).toEqual({ ...NONE, events: 1 })
})

it('tells when each source last found something, whoever did', async () => {
  const last = () => values('laurel_completion_last_detected_timestamp_seconds')
  expect(await last()).toEqual([])
  const completion = (detectedBy: Detection['detectedBy'], second: number) => ({
    ...found(detectedBy, 0),
    courseVersionId: randomUUID(),
    userId: randomUUID(),
    cycle: 1,
    completionId: randomUUID(),
    courseId: randomUUID(),
    orgId: null,
    score: undefined,
    detectedFrom: null,
    reason: null,
    ruleHash: null,
    detectedAt: new Date(second * 1_000),
  })
  await transaction(database.dataSource, (tx) =>
    addCompletions(tx, [completion('events', 1_000), completion('events', 900), completion('checker', 500)]),
  )
  expect(await last()).toEqual([
    ['events', 1_000],
    ['checker', 500],
  ])
})
