import { randomUUID } from 'node:crypto'
import { CourseVersionPublishedV1 } from '@laurel/contracts'
import { CourseVersionStore } from '@laurel/course-versions'
import { query, transaction, type Tx } from '@laurel/postgres'
import { asAdmin, createTestDatabase, type TestDatabase } from '@laurel/testing'
import { Member } from '../consumers/member.fixture'
import { allAnnounced, course, type Course } from '../events.fixture'
import { History, ndjsonOf } from '../http/import.fixture'
import { progressDatabase } from '../progress.module'
import { importHistory } from './import-history'
import { readImport } from './read-import'

/** Real: Postgres. The body is handed over by hand, so that a test says what happens in the middle of it. */
let database: TestDatabase
let taught: Course
const versions = new CourseVersionStore()

beforeAll(async () => {
  database = await createTestDatabase(progressDatabase)
  taught = course({ required: 3 })
  await new Member(database.dataSource).take(CourseVersionPublishedV1, taught.version)
})
afterAll(() => database.drop())

/** Three portions: 320 learners in 1,280 rows. */
const threePortions = () => Array.from({ length: 320 }, () => new History(taught)).flatMap((history) => history.whole())

/** The rows as a body; before the row of a number, from 0, something happens. */
async function* bodyOf(rows: readonly object[], at = -1, happens: () => Promise<unknown> = async () => undefined): AsyncGenerator<Buffer> {
  for (const [index, row] of rows.entries()) {
    if (index === at) await happens()
    yield Buffer.from(ndjsonOf([row as Record<string, unknown>]))
  }
}

const importBody = (importId: string, body: AsyncIterable<Buffer>, using = versions) =>
  importHistory(database.dataSource, using, { importId, format: 'ndjson', body, isDryRun: false })
const stateOf = async (importId: string) => (await transaction(database.dataSource, (tx) => readImport(tx, importId, 0, 1)))?.run
const lost = async () => {
  throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
}

it.each([
  ['in the first portion', 200, 0],
  ['in the second', 700, 500],
  ['between the second and the third', 1_000, 1_000],
])('goes on behind the last portion when its sender was lost %s', async (_, at, applied) => {
  const [id, rows] = [randomUUID(), threePortions()]
  await expect(importBody(id, bodyOf(rows, at, lost))).rejects.toThrow('aborted')
  expect((await stateOf(id))?.applied ?? 0).toBe(applied)
  const before = (await allAnnounced(database.dataSource)).length
  expect(await importBody(id, bodyOf(rows))).toMatchObject({
    kind: 'finished',
    run: { state: 'done', rows: 1_280, applied: 1_280, unchanged: 0 },
  })
  const announced = await allAnnounced(database.dataSource)
  expect(announced).toHaveLength(before + 1_280 - applied)
  expect(new Set(announced.map(({ id }) => id)).size).toBe(announced.length)
})

/** Does something in the transaction of the portion that follows this row. */
const within = (id: string, row: number, happens: (tx: Tx) => Promise<unknown>): CourseVersionStore =>
  Object.create(versions, {
    find: {
      value: async (...args: Parameters<CourseVersionStore['find']>) => {
        if ((await stateOf(id))?.rows === row) await happens(args[0])
        return versions.find(...args)
      },
    },
  }) as CourseVersionStore

const endConnection = async (tx: Tx) => {
  const [row] = await query<{ pid: number }>(tx, { text: 'select pg_backend_pid() as pid' })
  await asAdmin(database.adminUrl, (client) => client.query('select pg_terminate_backend($1)', [row!.pid]))
}

it.each([
  ['something fails', () => Promise.reject(new Error('out of order')), /out of order/],
  ['the database ends its connection', endConnection, /terminat|not queryable/i],
])('commits a portion with how far it got, or neither, when %s in its transaction', async (_, happens, error) => {
  const [id, rows] = [randomUUID(), threePortions()]
  await expect(importBody(id, bodyOf(rows), within(id, 500, happens))).rejects.toThrow(error)
  expect(await stateOf(id)).toMatchObject({ state: 'running', rows: 500, applied: 500 })
  expect(await importBody(id, bodyOf(rows))).toMatchObject({ kind: 'finished', run: { applied: 1_280, unchanged: 0, rejected: 0 } })
})

it('is one import when two send it at once: the one that falls behind is told', async () => {
  const [id, rows] = [randomUUID(), threePortions()]
  let second: unknown
  const first = await importBody(
    id,
    bodyOf(rows, 700, async () => {
      expect(await stateOf(id)).toMatchObject({ state: 'running', rows: 500 })
      second = await importBody(id, bodyOf(rows))
    }),
  )
  expect(second).toMatchObject({ kind: 'finished', run: { applied: 1_280 } })
  expect(first).toEqual({ kind: 'overtaken' })
})

it('goes on with the sender that is further when another file comes under its id', async () => {
  const [id, rows] = [randomUUID(), threePortions()]
  let other: unknown
  const outcome = await importBody(
    id,
    bodyOf(rows, 700, async () => {
      other = await importBody(id, bodyOf(threePortions()))
    }),
  )
  expect(other).toEqual({ kind: 'another-file' })
  expect(outcome).toMatchObject({ kind: 'finished', run: { applied: 1_280 } })
})

it('reads the body to its end whatever the outcome', async () => {
  const [id, rows] = [randomUUID(), threePortions()]
  await importBody(id, bodyOf(rows))
  let isRead = false
  expect(
    await importBody(
      id,
      bodyOf(threePortions(), 1_279, async () => (isRead = true)),
    ),
  ).toEqual({ kind: 'another-file' })
  expect(isRead).toBe(true)
})
