import { asAdmin, createTestDatabase, type TestDatabase } from '@laurel/testing'
import { uuidText } from '../measure/random'
import { CopyRows } from './copy-format'
import { copyInto, withoutIndexes } from './load'

const ID = Buffer.from('5f0c7c1e00004000800000000000000a', 'hex')
const sql = `
  create table thing (id uuid, name varchar, share double precision, small smallint, big bigint, at timestamptz, bits bytea,
    constraint pk_thing primary key (id, name), constraint uq_thing unique (name));
  create index idx_thing_share on thing (share, name);
  create index idx_thing_late on thing (at) where share > 1`

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ schema: 'probe', migrations: [{ name: '001-thing', sql }] })
})
afterAll(() => database.drop())

const INDEXES = `select indexdef, reloptions from pg_indexes join pg_class on oid = ('probe.' || indexname)::regclass
  where schemaname = 'probe' and tablename = 'thing' order by indexname`

describe('loading a table', () => {
  it('brings every kind of value to Postgres, in chunks, and leaves keys and indexes as they were', async () => {
    await asAdmin(database.adminUrl, async (client) => {
      await client.query('set search_path to probe')
      const before = await client.query(INDEXES)
      const rows = 30_000
      await withoutIndexes(client, ['thing'], async () => {
        await copyInto(client, 'thing', 'id, name, share, small, big, at, bits', things(rows))
      })
      expect((await client.query(INDEXES)).rows).toEqual(before.rows)
      const { rows: found } = await client.query(`select * from thing where name in ('thing 0', 'thing ${rows - 1}') order by small`)
      expect(found).toEqual([
        { id: uuidText(ID), name: 'thing 0', share: 0, small: 0, big: '-9007199254740991', at: null, bits: Buffer.from([1, 255]) },
        {
          id: uuidText(ID),
          name: `thing ${rows - 1}`,
          share: (rows - 1) / 8,
          small: rows - 1,
          big: String(rows - 1 - 9007199254740991),
          at: new Date(Date.UTC(2024, 1, 29, 12, 0, 0, 123)),
          bits: Buffer.from([1, 255]),
        },
      ])
      expect((await client.query('select count(*)::int as rows from thing')).rows).toEqual([{ rows }])
      await expect(client.query(`insert into thing (id, name) values ('${uuidText(ID)}', 'thing 0')`)).rejects.toThrow('pk_thing')
    })
  })
})

function* things(count: number): Generator<Buffer> {
  const copy = new CopyRows()
  for (let nth = 0; nth < count; nth++) {
    copy.row(7)
    copy.bytes(ID)
    copy.bytes(Buffer.from(`thing ${nth}`))
    copy.float8(nth / 8)
    copy.int2(nth)
    copy.int8(nth - Number.MAX_SAFE_INTEGER)
    if (nth === 0) copy.null()
    else copy.timestamptz(Date.UTC(2024, 1, 29, 12, 0, 0, 123))
    copy.bytes(Buffer.from([1, 255]))
    yield* copy.chunks()
  }
  yield* copy.end()
}
