import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { Client } from 'pg'
import { binaryArray, migrate, provision, query, serviceUrl, transaction } from './index'

const migrations = [
  { name: '001-first', sql: 'create table thing (id uuid primary key)' },
  { name: '002-second', sql: 'alter table thing add column n integer' },
]

describe('libs/postgres on a real server', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase({ schema: 'probe', migrations })
  })
  afterAll(() => database.drop())

  const roundTrip = async (type: string, array: Buffer): Promise<unknown[]> => {
    const rows = await transaction(database.dataSource, (tx) =>
      query<{ v: unknown }>(tx, { text: `select v from unnest($1::${type}[]) as v` }, [array]),
    )
    return rows.map((row) => row.v)
  }

  it('sends arrays in the binary format, nulls and empty ones among them', async () => {
    const id = '0f8fad5b-d9cb-469f-a165-70867728950e'
    expect(await roundTrip('uuid', binaryArray.uuid([id, null]))).toEqual([id, null])
    expect(await roundTrip('text', binaryArray.text(['a', '', null, 'ä😀']))).toEqual(['a', '', null, 'ä😀'])
    expect(await roundTrip('bytea', binaryArray.bytea([Buffer.from([0, 255]), null]))).toEqual([Buffer.from([0, 255]), null])
    expect(await roundTrip('int2', binaryArray.int2([-5, 32_767]))).toEqual([-5, 32_767])
    expect(await roundTrip('int4', binaryArray.int4([-5, 2_147_483_647]))).toEqual([-5, 2_147_483_647])
    expect(await roundTrip('int8', binaryArray.int8([-5n, 9_007_199_254_740_993n]))).toEqual(['-5', '9007199254740993'])
    expect(await roundTrip('float8', binaryArray.float8([0.1, -1e300, null]))).toEqual([0.1, -1e300, null])
    expect(await roundTrip('bool', binaryArray.bool([true, false, null]))).toEqual([true, false, null])
    const times = [new Date('1969-12-31T23:59:59.999Z'), new Date('2026-01-02T03:04:05.678Z')]
    expect(await roundTrip('timestamptz', binaryArray.timestamptz(times))).toEqual(times)
    expect(await roundTrip('uuid', binaryArray.uuid([]))).toEqual([])
    expect(await roundTrip('text', binaryArray.text([]))).toEqual([])
  })

  it('refuses a text that is no UUID before it reaches the server', () => {
    expect(() => binaryArray.uuid(['not-a-uuid'])).toThrow('not a UUID: "not-a-uuid"')
  })

  it('applies each migration once, also when replicas start at the same time', async () => {
    const fresh = await createTestDatabase({ schema: 'probe', migrations: [] })
    const applied = await Promise.all([1, 2, 3].map(() => migrate({ url: fresh.url, schema: 'probe', migrations })))
    expect(applied.flat().toSorted()).toEqual(['001-first', '002-second'])
    await fresh.drop()
  })

  it('refuses to run an older build on a newer schema', async () => {
    await expect(migrate({ url: database.url, schema: 'probe', migrations: migrations.slice(0, 1) })).rejects.toThrow(
      'schema probe has migrations that this build does not know (002-second): start the newer build',
    )
  })

  it('rolls a failing migration back and names it', async () => {
    const broken = [...migrations, { name: '003-broken', sql: 'create table half (id int); select nonsense' }]
    await expect(migrate({ url: database.url, schema: 'probe', migrations: broken })).rejects.toThrow(
      'migration 003-broken of schema probe failed',
    )
    expect(await database.dataSource.query("select to_regclass('half') as t")).toEqual([{ t: null }])
  })

  it('gives each role its own schema and nothing else', async () => {
    const other = { schema: 'probe_other', password: 'laurel-test' }
    await provision(database.adminUrl, [other])
    const client = new Client({ connectionString: serviceUrl(database.adminUrl, other) })
    await client.connect()
    await expect(client.query('select * from probe.thing')).rejects.toThrow('permission denied for schema probe')
    await expect(client.query('create table public.mine (id int)')).rejects.toThrow('permission denied for schema public')
    await expect(client.query('create schema mine')).rejects.toThrow('permission denied for database')
    await expect(client.query('create table probe_other.mine (id int)')).resolves.toBeDefined()
    await client.end()
  })
})
