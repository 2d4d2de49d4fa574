import { randomUUID } from 'node:crypto'
import { LessonCompletedV1 } from '@laurel/contracts'
import { messagingMigration } from '@laurel/messaging'
import { transaction } from '@laurel/postgres'
import { Metrics } from '@laurel/telemetry'
import { asAdmin, createTestDatabase, eventually, RecordingLogger, type TestDatabase } from '@laurel/testing'
import type { DataSource } from 'typeorm'
import { RecordingLrs } from '../../fixtures/recording-lrs'
import { Identifiers } from '../domain/identifiers'
import { lessonStatement } from '../domain/statement'
import { destinationFigures } from '../persistence/destination-figures'
import { analyticsMigration } from '../persistence/migrations/001-analytics'
import { retryFailed, storeStatements } from '../persistence/statement-store'
import { LearningRecordStore } from './learning-record-store'
import { StatementSender } from './statement-sender'

let database: TestDatabase
let lrs: RecordingLrs
let logger: RecordingLogger
const senders: StatementSender[] = []

beforeEach(async () => {
  database = await createTestDatabase({ schema: 'analytics', migrations: [messagingMigration, analyticsMigration] })
  lrs = new RecordingLrs()
  logger = new RecordingLogger()
  await lrs.start()
})
afterEach(async () => {
  await Promise.all(senders.splice(0).map((sender) => sender.stop()))
  await lrs.stop()
  await database.drop()
})

const names = new Identifiers('https://laurel.example/xapi', 'https://laurel.example')

function start({
  dataSource = database.dataSource,
  timeoutMs = 5_000,
}: { dataSource?: DataSource; timeoutMs?: number } = {}): StatementSender {
  const breaker = { outages: 5, openMs: 10 }
  const store = new LearningRecordStore({ url: lrs.url, username: 'laurel', password: 'secret', timeoutMs, breaker })
  const sender = new StatementSender({ dataSource, lrs: store, logger, metrics: new Metrics('spec') })
  senders.push(sender)
  sender.start()
  return sender
}

async function storeLessons(count: number): Promise<string[]> {
  const statements = Array.from({ length: count }, () =>
    lessonStatement({ ...LessonCompletedV1.samples[0]!, user_id: randomUUID() }, new Date(0), names),
  )
  await transaction(database.dataSource, (tx) => storeStatements(tx, 'lesson.completed', statements))
  return statements.map(({ id }) => id).sort()
}

const figures = async () => (await transaction(database.dataSource, destinationFigures))[0]!
const settled = (expected: { sent: number; failed: number }) =>
  eventually(async () => expect(await figures()).toMatchObject({ unsent: 0, ...expected }))
const killSenders = () =>
  asAdmin(database.adminUrl, (client) =>
    client.query(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
                     and database = (select oid from pg_database where datname = current_database())`),
  )

it('delivers what waits and what arrives later, each statement once, in batches', async () => {
  const before = await storeLessons(450)
  start()
  await settled({ sent: 450, failed: 0 })
  const after = await storeLessons(3)
  await settled({ sent: 453, failed: 0 })
  expect([...lrs.stored.keys()].sort()).toEqual([...before, ...after].sort())
  expect(lrs.calls.map(({ statements }) => statements.length)).toEqual([200, 200, 50, 3])
})

it('sends the same ids again when the process lost the database between the delivery and its mark', async () => {
  const ids = await storeLessons(20)
  lrs.misbehave = async (call, response, store) => {
    lrs.misbehave = null
    store()
    await killSenders()
    response.writeHead(200).end(JSON.stringify(call.statements.map(({ id }) => id)))
  }
  start()
  await settled({ sent: 20, failed: 0 })
  expect([...lrs.stored.keys()].sort()).toEqual(ids)
  expect(lrs.sentIds.toSorted()).toEqual([...ids, ...ids].sort())
})

it('sends the same ids again when a call hangs after its effect', async () => {
  const ids = await storeLessons(20)
  lrs.misbehave = (_call, _response, store) => {
    lrs.misbehave = null
    store()
  }
  start({ timeoutMs: 2_000 })
  await settled({ sent: 20, failed: 0 })
  expect([...lrs.stored.keys()].sort()).toEqual(ids)
  expect(lrs.sentIds.toSorted()).toEqual([...ids, ...ids].sort())
})

it('sets a bad statement aside with the reason, delivers the others, and sends it again when asked to', async () => {
  const ids = await storeLessons(50)
  const bad = ids[31]!
  lrs.bad.add(bad)
  start()
  await settled({ sent: 49, failed: 1 })
  expect(await database.dataSource.query('select statement_id, last_error from statement where failed_at is not null')).toEqual([
    { statement_id: bad, last_error: `answered 400: statement ${bad} is bad` },
  ])
  expect(logger.lines).toContainEqual(expect.objectContaining({ level: 'error', fields: expect.objectContaining({ statement_id: bad }) }))
  lrs.bad.clear()
  await transaction(database.dataSource, retryFailed)
  await settled({ sent: 50, failed: 0 })
  expect([...lrs.stored.keys()].sort()).toEqual(ids)
})

it('takes a statement that the store has with other content as delivered', async () => {
  const ids = await storeLessons(8)
  lrs.stored.set(ids[3]!, 'from before the database was restored')
  start()
  await settled({ sent: 8, failed: 0 })
  expect(lrs.stored.get(ids[3]!)).toBe('from before the database was restored')
})

it('loses and fails nothing while the store is away, and says so once', async () => {
  const ids = await storeLessons(10)
  lrs.misbehave = (_call, response) => void response.writeHead(503).end()
  start()
  await eventually(() => expect(lrs.calls.length).toBeGreaterThan(5))
  expect(await figures()).toMatchObject({ unsent: 10, sent: 0, failed: 0 })
  lrs.misbehave = null
  await settled({ sent: 10, failed: 0 })
  expect([...lrs.stored.keys()].sort()).toEqual(ids)
  expect(logger.lines.map(({ message }) => message)).toEqual([
    'destination does not take statements, trying again',
    'destination takes statements again',
  ])
})

it('comes back after a 429', async () => {
  await storeLessons(10)
  lrs.misbehave = (_call, response) => {
    lrs.misbehave = null
    response.writeHead(429, { 'retry-after': '0' }).end()
  }
  start()
  await settled({ sent: 10, failed: 0 })
  expect(lrs.calls).toHaveLength(2)
})

it('sends from one process alone; another takes over when that one is gone', async () => {
  const active = start()
  await eventually(() => expect(active.breakerState).toBe('closed'))
  const standby = start({ dataSource: await database.replica() })
  await storeLessons(500)
  await settled({ sent: 500, failed: 0 })
  expect(lrs.sentIds).toHaveLength(500)
  expect(standby.breakerState).toBeNull()
  await active.stop()
  await storeLessons(5)
  await settled({ sent: 505, failed: 0 })
  expect(standby.breakerState).toBe('closed')
})

it('stops although a call hangs; its statements stay unsent', async () => {
  await storeLessons(5)
  lrs.misbehave = () => undefined
  const sender = start({ timeoutMs: 60_000 })
  await eventually(() => expect(lrs.calls).toHaveLength(1))
  await sender.stop()
  expect(await figures()).toMatchObject({ unsent: 5, sent: 0 })
})
