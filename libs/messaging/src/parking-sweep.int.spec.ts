import { transaction } from '@laurel/postgres'
import { asAdmin, eventually, type TestDatabase } from '@laurel/testing'
import { decode } from './decode'
import { parkRecords } from './parking'
import { ParkingSweep } from './parking-sweep'
import { park, type BatchHandler } from './received'
import { countEach, createProbeDatabase, probeAt, seenTimes, surroundings } from './transport.fixture'

const TOPIC = 'probes'
const THING = 'course-version:x'

/** Real: Postgres. What is awaited is there from the beginning. */
describe('ParkingSweep on real Postgres', () => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await createProbeDatabase()
  })
  afterEach(() => database.drop())

  const parkSome = (count: number) =>
    transaction(database.dataSource, async (tx) => {
      const { definitionsOf } = surroundings(database)
      const messages = Array.from({ length: count }, (_, n) => decode(probeAt(TOPIC, n, 'k', n), definitionsOf))
      await parkRecords(
        tx,
        messages.flatMap((one) => (one.ok ? [park(one.message, THING, 'unknown') as never] : [])),
      )
    })
  const sweep = (handler: BatchHandler, dataSource = database.dataSource) =>
    new ParkingSweep({
      ...surroundings({ ...database, dataSource }),
      parking: { ready: async (_tx, things) => things },
      handlerOf: () => handler,
    }).sweep()
  const waiting = () =>
    asAdmin(database.adminUrl, async (client) => {
      const { rows } = await client.query("select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
      return rows.length
    })
  const parked = () =>
    database.dataSource.query<{ record_offset: string; reason: string }[]>('select record_offset, reason from parked_event order by 1')

  it('hands each record over once when two replicas sweep at the same moment', async () => {
    await parkSome(5)
    const [taken, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const slow: BatchHandler = async (batch, context) => {
      await countEach(batch, context)
      taken.resolve()
      await released.promise
    }
    const first = sweep(slow)
    await taken.promise
    // It has read the same records, and waits for the first to remove them.
    const second = sweep(countEach, await database.replica())
    await eventually(async () => expect(await waiting()).toBe(1))
    released.resolve()
    await Promise.all([first, second])
    expect(await seenTimes(database)).toEqual({ k0: 1, k1: 1, k2: 1, k3: 1, k4: 1 })
    expect(await parked()).toEqual([])
  })

  it('keeps a record that is parked anew, and one whose handler fails for as long as the database is away', async () => {
    await parkSome(2)
    await sweep(async (batch, context) => {
      await countEach(batch.slice(0, 1), context)
      return batch.slice(1).map((message) => park(message, 'course-version:y', 'still unknown'))
    })
    expect(await seenTimes(database)).toEqual({ k0: 1 })
    expect(await parked()).toEqual([{ record_offset: '1', reason: 'still unknown' }])

    const dying: BatchHandler = async (_batch, { tx }) => {
      await tx.query('select pg_terminate_backend(pg_backend_pid())').catch(() => undefined)
    }
    await expect(sweep(dying)).rejects.toThrow()
    expect(await parked()).toHaveLength(1)
  })
})
