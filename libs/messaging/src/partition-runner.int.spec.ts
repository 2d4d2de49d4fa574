import { WriteConflictError, transaction } from '@laurel/postgres'
import type { TestDatabase } from '@laurel/testing'
import { ensureFence, readFence } from './fence'
import { PartitionRunner, FenceMissingError, type PartitionBatch } from './partition-runner'
import type { BatchHandler, RawRecord } from './received'
import { park, reject } from './received'
import { countEach, createProbeDatabase, probeAt, seenTimes, surroundings } from './transport.fixture'

const TOPIC = 'probes'
const KEY = { group: 'laurel.probe', topic: TOPIC, partition: 0 }

describe('PartitionRunner on real Postgres', () => {
  let database: TestDatabase
  let runner: PartitionRunner

  beforeEach(async () => {
    database = await createProbeDatabase()
    runner = new PartitionRunner({ ...surroundings(database), group: KEY.group })
    await transaction(database.dataSource, (tx) => ensureFence(tx, KEY, { clusterId: 'c', next: 0n }))
  })
  afterEach(() => database.drop())

  const batchOf = (records: readonly RawRecord[], extra: Partial<PartitionBatch> = {}): PartitionBatch => ({
    topic: TOPIC,
    partition: 0,
    fetchedFrom: records[0]!.offset,
    last: records.at(-1)!.offset,
    firstAfterSeek: false,
    records,
    ...extra,
  })
  const probes = (from: number, count: number) => Array.from({ length: count }, (_, i) => probeAt(TOPIC, from + i, 'k', from + i))
  const fenceNow = () => transaction(database.dataSource, async (tx) => Number((await readFence(tx, KEY))!.next))
  const outbox = () =>
    database.dataSource.query<{ topic: string; headers: Record<string, string>; payload: Buffer; key: Buffer }[]>(
      'select * from outbox order by id',
    )

  it('applies a batch and moves the fence to its last offset + 1 in one transaction', async () => {
    expect(await runner.run(batchOf(probes(0, 3)), countEach)).toEqual({ kind: 'done' })
    expect(await seenTimes(database)).toEqual({ k0: 1, k1: 1, k2: 1 })
    expect(await fenceNow()).toBe(3)
  })

  it('moves the fence over control records behind the last message', async () => {
    await runner.run(batchOf(probes(0, 2), { last: 4n }), countEach)
    expect(await fenceNow()).toBe(5)
  })

  it('applies nothing twice when a batch is delivered again', async () => {
    await runner.run(batchOf(probes(0, 3)), countEach)
    expect(await runner.run(batchOf(probes(0, 3)), countEach)).toEqual({ kind: 'done' })
    expect(await seenTimes(database)).toEqual({ k0: 1, k1: 1, k2: 1 })
  })

  it('trims the part of a batch that is applied already', async () => {
    await runner.run(batchOf(probes(0, 3)), countEach)
    await runner.run(batchOf(probes(1, 4)), countEach)
    expect(await seenTimes(database)).toEqual({ k0: 1, k1: 1, k2: 1, k3: 1, k4: 1 })
    expect(await fenceNow()).toBe(5)
  })

  it('refuses a batch from beyond the fence and says where to seek', async () => {
    await runner.run(batchOf(probes(0, 2)), countEach)
    expect(await runner.run(batchOf(probes(5, 2)), countEach)).toEqual({ kind: 'seek', to: 2n })
    expect(await seenTimes(database)).toEqual({ k0: 1, k1: 1 })
    expect(await fenceNow()).toBe(2)
  })

  it('continues with the first batch after a seek, whatever its fetched offset', async () => {
    expect(await runner.run(batchOf(probes(5, 2), { firstAfterSeek: true }), countEach)).toEqual({ kind: 'done' })
    expect(await fenceNow()).toBe(7)
  })

  it('applies each record once when two members run the same batches at the same time', async () => {
    const other = new PartitionRunner({ ...surroundings({ ...database, dataSource: await database.replica() }), group: KEY.group })
    for (let from = 0; from < 100; from += 10) {
      const batch = batchOf(probes(from, 10))
      await Promise.all([runner.run(batch, countEach), other.run(batch, countEach)])
    }
    const times = await seenTimes(database)
    expect(Object.keys(times)).toHaveLength(100)
    expect(new Set(Object.values(times))).toEqual(new Set([1]))
  })

  it('leaves no trace of a batch whose commit fails', async () => {
    const failing: BatchHandler = async (batch, context) => {
      await countEach(batch, context)
      await context.tx.query('select pg_terminate_backend(pg_backend_pid())').catch(() => undefined)
    }
    await expect(runner.run(batchOf(probes(0, 3)), failing)).rejects.toThrow()
    expect(await seenTimes(database)).toEqual({})
    expect(await fenceNow()).toBe(0)
  })

  it('isolates the one message that fails among a hundred, and dead-letters it alone with its reason', async () => {
    const records = probes(0, 100)
    const sensitive: BatchHandler = async (batch, context) => {
      if (batch.some((message) => (message.data as { n: number }).n === 57)) throw new Error('57 is odd')
      return countEach(batch, context)
    }
    expect(await runner.run(batchOf(records), sensitive)).toEqual({ kind: 'done' })
    const times = await seenTimes(database)
    expect(Object.keys(times)).toHaveLength(99)
    expect(times['k57']).toBeUndefined()
    expect(new Set(Object.values(times))).toEqual(new Set([1]))
    const letters = await outbox()
    expect(letters).toHaveLength(1)
    expect(letters[0]).toMatchObject({
      topic: 'probe.dead-letter',
      headers: { dl_reason: 'not applicable: 57 is odd', dl_topic: TOPIC, dl_partition: '0', dl_offset: '57', ce_type: 'probe.v1' },
    })
    expect(letters[0]!.payload).toEqual(records[57]!.value)
    expect(await fenceNow()).toBe(100)
  })

  it('keeps halves in order, the left one first, each moving the fence', async () => {
    const fences: number[] = []
    const order: number[] = []
    const failsTogether: BatchHandler = async (batch, { tx }) => {
      if (batch.length > 2) throw new Error('too many')
      order.push(...batch.map((message) => Number(message.offset)))
      fences.push(Number((await readFence(tx, KEY))!.next))
    }
    await runner.run(batchOf(probes(0, 8)), failsTogether)
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(fences).toEqual([2, 4, 6, 8])
  })

  it('repeats a transaction that lost against another one, without halving', async () => {
    let attempts = 0
    const unlucky: BatchHandler = async (batch, context) => {
      expect(batch).toHaveLength(3)
      if (++attempts < 5) throw new WriteConflictError('seen')
      return countEach(batch, context)
    }
    await runner.run(batchOf(probes(0, 3)), unlucky)
    expect(attempts).toBe(5)
    expect(await outbox()).toEqual([])
  })

  it('dead-letters what cannot be decoded and what the handler rejects, and parks what must wait', async () => {
    const records = probes(0, 4)
    const undecodable = { ...records[0]!, value: Buffer.from('{"key":1}') }
    const picky: BatchHandler = async (batch, context) => {
      const [first, second, ...rest] = batch
      await countEach(rest, context)
      return [reject(first!, 'no such lesson'), park(second!, 'course-version:x', 'unknown course version')]
    }
    await runner.run(batchOf([undecodable, ...records.slice(1)]), picky)
    expect((await outbox()).map((row) => [row.headers['dl_offset'], row.headers['dl_reason']])).toEqual([
      ['0', 'key must be a string'],
      ['1', 'no such lesson'],
    ])
    const parked = await database.dataSource.query('select waits_for, reason, topic, record_offset, payload from parked_event')
    expect(parked).toEqual([
      { waits_for: 'course-version:x', reason: 'unknown course version', topic: TOPIC, record_offset: '2', payload: records[2]!.value },
    ])
    expect(await seenTimes(database)).toEqual({ k3: 1 })
  })

  it('passes over the service’s own events and dead letters replayed for another service', async () => {
    const [own, foreign, replayed, forUs] = probes(0, 4)
    const records = [
      { ...own!, headers: { ...own!.headers, ce_source: '/laurel/probe' } },
      foreign!,
      { ...replayed!, headers: { ...replayed!.headers, laurel_replay_for: 'other' } },
      { ...forUs!, headers: { ...forUs!.headers, laurel_replay_for: 'probe' } },
    ]
    await runner.run(batchOf(records), countEach)
    expect(await seenTimes(database)).toEqual({ k1: 1, k3: 1 })
    expect(await fenceNow()).toBe(4)
  })

  it('asks to join anew when the fence is gone, and blames no message for it', async () => {
    await database.dataSource.query('delete from consumer_fence')
    await expect(runner.run(batchOf(probes(0, 2)), countEach)).rejects.toBeInstanceOf(FenceMissingError)
    expect(await outbox()).toEqual([])
  })
})
