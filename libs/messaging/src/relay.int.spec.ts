import { query, transaction } from '@laurel/postgres'
import { eventually, TestBroker, type TestDatabase, type TestTopic } from '@laurel/testing'
import { KafkaJSProtocolError } from 'kafkajs'
import Broker from 'kafkajs/src/broker'
import { addToOutbox, type OutboxEvent } from './outbox'
import { OutboxRelay, type OutboxRelayOptions } from './relay'
import { createProbeDatabase, surroundings } from './transport.fixture'

describe('OutboxRelay on real Postgres and Kafka', () => {
  const broker = new TestBroker()
  let database: TestDatabase
  let topic: TestTopic
  const relays: OutboxRelay[] = []

  beforeEach(async () => {
    database = await createProbeDatabase()
    topic = await broker.topic('relay', 3)
  })
  afterEach(async () => {
    await Promise.all(relays.splice(0).map((relay) => relay.stop()))
    await database.drop()
  })
  afterAll(() => broker.close())

  const event = (key: string, value: string): OutboxEvent => ({
    topic: topic.name,
    key,
    headers: { ce_id: value },
    value: Buffer.from(value),
  })
  const add = (events: readonly OutboxEvent[]) => transaction(database.dataSource, (tx) => addToOutbox(tx, events))
  const started = async (extra: Partial<OutboxRelayOptions> = {}) => {
    const relay = new OutboxRelay({ ...surroundings(database), brokers: broker.brokers, ...extra })
    relays.push(relay)
    await relay.start()
    return relay
  }
  const values = async () => (await topic.readAll()).map((record) => record.value)
  const emptied = () =>
    eventually(async () => {
      const [row] = await database.dataSource.query<{ n: string }[]>('select count(*) as n from outbox')
      expect(row!.n).toBe('0')
    })

  it('publishes what is committed, with key, headers and bytes, and removes it', async () => {
    await started()
    await add([event('k', 'one')])
    await emptied()
    expect(await topic.readAll()).toMatchObject([{ key: 'k', value: 'one', headers: { ce_id: 'one' } }])
  })

  it('publishes nothing of a transaction that rolls back', async () => {
    await started()
    const failing = transaction(database.dataSource, async (tx) => {
      await addToOutbox(tx, [event('k', 'never')])
      throw new Error('rolled back')
    })
    await expect(failing).rejects.toThrow('rolled back')
    await add([event('k', 'after')])
    await emptied()
    expect(await values()).toEqual(['after'])
  })

  it('publishes a row whose smaller id commits after a larger one was published', async () => {
    await started()
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    let taken: () => void = () => undefined
    const idTaken = new Promise<void>((resolve) => (taken = resolve))
    const slow = transaction(database.dataSource, async (tx) => {
      await addToOutbox(tx, [event('slow', 'id 1')])
      taken()
      await held
    })
    await idTaken
    await add([event('quick', 'id 2')])
    await eventually(async () => expect(await values()).toEqual(['id 2']))
    release()
    await slow
    await emptied()
    expect((await values()).toSorted()).toEqual(['id 1', 'id 2'])
  })

  it('keeps the order of each key', async () => {
    await started()
    const keys = ['a', 'b', 'c']
    for (let n = 0; n < 200; n++) await add(keys.map((key) => event(key, `${key}${n}`)))
    await emptied()
    const records = await topic.readAll()
    for (const key of keys) {
      expect(records.filter((record) => record.key === key).map((record) => record.value)).toEqual(
        Array.from({ length: 200 }, (_, n) => `${key}${n}`),
      )
    }
  })

  it('publishes again, with the same id, what was produced but not yet marked when the relay died', async () => {
    const died = new Promise<void>((resolve) => {
      void started({
        onPublished: () => {
          resolve()
          return new Promise(() => undefined)
        },
      })
    })
    await add([event('k', 'one')])
    await died
    // The relay never comes back from its hook: as good as killed. Its connection goes with it.
    relays.splice(0)
    await endConnectionOfRelay(database)
    await started()
    await emptied()
    expect((await topic.readAll()).map((record) => record.headers['ce_id'])).toEqual(['one', 'one'])
  })

  it('goes on with a new producer when the broker refuses the sequence of its own', async () => {
    await started()
    await add([event('k', 'one')])
    await emptied()
    // As a broker that crashes before its log is on disk: it has said yes to a batch, and does not have it when it is back.
    const losing = jest.spyOn(Broker.prototype, 'produce').mockResolvedValueOnce({ topics: [] })
    await add([event('k', 'lost')])
    await emptied()
    losing.mockRestore()
    await add([event('k', 'two')])
    await emptied()
    expect(await values()).toEqual(['one', 'two'])
  })

  it('loses nothing behind a message without a key that was taken in a request which failed as a whole', async () => {
    const { produce } = Broker.prototype
    const failing = jest.spyOn(Broker.prototype, 'produce').mockImplementationOnce(async function (this: typeof Broker.prototype, request) {
      // As when the broker has just started and does not lead all of the partitions yet.
      await produce.call(this, request)
      throw new KafkaJSProtocolError(
        Object.assign(new Error('not the leader'), { type: 'NOT_LEADER_FOR_PARTITION', code: 6, retriable: true }),
      )
    })
    await started()
    await add([{ ...event('', 'without a key'), key: null }])
    await emptied()
    failing.mockRestore()
    const rest = Array.from({ length: 20 }, (_, n) => `${n}`)
    await add(rest.map((n) => event(n, n)))
    await emptied()
    expect((await values()).toSorted()).toEqual([...rest, 'without a key'].toSorted())
  })

  it('has one active relay per schema; another takes over when it goes', async () => {
    const first = await started()
    await add([event('k', '0')])
    await emptied()
    await started()
    for (let n = 1; n < 50; n++) await add([event('k', String(n))])
    await first.stop()
    for (let n = 50; n < 60; n++) await add([event('k', String(n))])
    await emptied()
    expect(await values()).toEqual(Array.from({ length: 60 }, (_, n) => String(n)))
  })
})

async function endConnectionOfRelay(database: TestDatabase): Promise<void> {
  await transaction(database.dataSource, (tx) =>
    query(tx, {
      text: `select pg_terminate_backend(pid) from pg_locks join pg_stat_activity using (pid)
              where locktype = 'advisory' and datname = current_database() and pid <> pg_backend_pid()`,
    }),
  )
}
