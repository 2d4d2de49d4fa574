import { randomUUID } from 'node:crypto'
import { LessonCompletedV1 } from '@laurel/contracts'
import { messagingMigration } from '@laurel/messaging'
import { transaction } from '@laurel/postgres'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { Identifiers } from '../domain/identifiers'
import { lessonStatement, type Statement } from '../domain/statement'
import { destinationFigures } from './destination-figures'
import { analyticsMigration } from './migrations/001-analytics'
import { markFailed, markSent, oldestUnsent, retryFailed, storeStatements } from './statement-store'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ schema: 'analytics', migrations: [messagingMigration, analyticsMigration] })
})
beforeEach(() => database.dataSource.query('truncate statement; update destination set sent = 0'))
afterAll(() => database.drop())

const names = new Identifiers('https://laurel.example/xapi', 'https://laurel.example')
const day = (n: number) => new Date(Date.UTC(2026, 0, n))
const statement = (at = day(1), lesson_id: string = randomUUID()): Statement =>
  lessonStatement({ ...LessonCompletedV1.samples[0]!, lesson_id }, at, names)
const store = (...statements: Statement[]) => transaction(database.dataSource, (tx) => storeStatements(tx, 'lesson.completed', statements))
const unsent = (limit = 100) => transaction(database.dataSource, (tx) => oldestUnsent(tx, limit))
const bodies = async () => (await unsent()).map(({ body }) => JSON.parse(body) as Statement)
const figures = async () => (await transaction(database.dataSource, destinationFigures))[0]!

it('keeps the first statement of a fact that one batch tells twice', async () => {
  const lesson = randomUUID()
  await store(statement(day(2), lesson), statement(day(1), lesson))
  expect(await bodies()).toEqual([statement(day(2), lesson)])
})

it('keeps the first statement of a fact that is told again later, sent or not', async () => {
  const [lesson, other] = [randomUUID(), randomUUID()]
  await store(statement(day(1), lesson))
  await store(statement(day(2), lesson), statement(day(2), other))
  expect(await bodies()).toEqual([statement(day(1), lesson), statement(day(2), other)])
  await transaction(database.dataSource, (tx) => markSent(tx, [statement(day(1), lesson).id]))
  await store(statement(day(3), lesson))
  expect(await bodies()).toEqual([statement(day(2), other)])
})

it('keeps one statement per fact when two partitions tell the same facts at once, in opposite order', async () => {
  const batch = Array.from({ length: 500 }, () => statement())
  await Promise.all([store(...batch), store(...batch.toReversed()), store(...batch)])
  expect((await figures()).unsent).toBe(500)
})

it('writes a batch in key order, so that batches with the same facts never lock each other out', async () => {
  const ids = Array.from({ length: 20 }, () => statement()).map(({ id }) => id)
  await store(...ids.map((id) => ({ ...statement(), id })))
  expect((await unsent()).map(({ statementId }) => statementId)).toEqual(ids.toSorted())
})

it('hands out the oldest first, also where the plan reads the table as it lies', async () => {
  const batches = [[statement(), statement()], [statement()], [statement()]]
  for (const batch of batches) await store(...batch)
  const ids = batches.map((batch) => batch.map(({ id }) => id).sort())
  // The oldest rows get another place in the table.
  await database.dataSource.query('update statement set last_error = null where statement_id = any($1)', [ids[0]])
  const found = await transaction(database.dataSource, async (tx) => {
    await tx.query('set local enable_indexscan = off; set local enable_bitmapscan = off')
    return oldestUnsent(tx, 3)
  })
  expect(found.map(({ statementId }) => statementId)).toEqual([...ids[0]!, ...ids[1]!])
})

it('counts a statement as sent once, however often it is marked, and lets go of its body', async () => {
  const sent = statement()
  await store(sent, statement())
  for (let i = 0; i < 2; i++) await transaction(database.dataSource, (tx) => markSent(tx, [sent.id]))
  expect(await figures()).toMatchObject({ name: 'lrs', sent: 1, unsent: 1, failed: 0 })
  expect(await database.dataSource.query('select body from statement where statement_id = $1', [sent.id])).toEqual([{ body: null }])
})

it('keeps a failed statement with its reason and body until it is retried', async () => {
  const bad = statement()
  await store(bad)
  await transaction(database.dataSource, (tx) => markFailed(tx, bad.id, 'answered 400: no'))
  expect(await unsent()).toEqual([])
  expect(await figures()).toMatchObject({ unsent: 0, sent: 0, failed: 1 })
  expect(await database.dataSource.query('select last_error from statement')).toEqual([{ last_error: 'answered 400: no' }])
  expect(await transaction(database.dataSource, retryFailed)).toBe(1)
  expect(await bodies()).toEqual([bad])
  expect(await figures()).toMatchObject({ unsent: 1, failed: 0 })
})

it('does not fail what was sent in the meantime', async () => {
  const sent = statement()
  await store(sent)
  await transaction(database.dataSource, (tx) => markSent(tx, [sent.id]))
  await transaction(database.dataSource, (tx) => markFailed(tx, sent.id, 'late'))
  expect(await figures()).toMatchObject({ sent: 1, failed: 0 })
})

it('knows how long the oldest unsent statement waits, and that nothing waits', async () => {
  expect((await figures()).oldestUnsentSeconds).toBeNull()
  await store(statement(), statement())
  await database.dataSource.query(
    "update statement set created_at = created_at - interval '1 hour' where position = (select min(position) from statement)",
  )
  expect((await figures()).oldestUnsentSeconds).toBeGreaterThanOrEqual(3_600)
})
