import { query } from '@laurel/postgres'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { snapshot } from './snapshot'

/** Real: Postgres. */
let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ schema: 'snapshot', migrations: [{ name: '001-seen', sql: 'create table seen (n integer)' }] })
})
afterAll(() => database.drop())

const INSERT = { text: 'insert into seen values (1)' }

it('sees one moment, whatever others commit meanwhile', async () => {
  await snapshot(database.dataSource, async (tx) => {
    expect(await query(tx, { text: 'select n from seen' })).toEqual([])
    await database.dataSource.query(INSERT.text)
    expect(await query(tx, { text: 'select n from seen' })).toEqual([])
  })
  expect(await database.dataSource.query('select n from seen')).toEqual([{ n: 1 }])
})

it('writes nothing', async () => {
  await expect(snapshot(database.dataSource, (tx) => query(tx, INSERT))).rejects.toMatchObject({ code: '25006' })
})
