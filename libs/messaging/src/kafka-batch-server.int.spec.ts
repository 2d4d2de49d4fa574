import { randomUUID } from 'node:crypto'
import type { Consumer } from 'kafkajs'
import { asAdmin, eventually, TestBroker, type TestDatabase, type TestTopic } from '@laurel/testing'
import { KafkaBatchServer, type KafkaBatchServerOptions } from './kafka-batch-server'
import type { BatchHandler } from './received'
import { park } from './received'
import { countEach, createProbeDatabase, probeRecord, seenTimes, surroundings } from './transport.fixture'

describe('KafkaBatchServer on real Kafka and Postgres', () => {
  const broker = new TestBroker()
  const servers: KafkaBatchServer[] = []
  let database: TestDatabase
  let topic: TestTopic
  let group: string

  beforeEach(async () => {
    database = await createProbeDatabase()
    topic = await broker.topic('batch', 2)
    group = `laurel.probe-${randomUUID()}`
  })
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()))
    await database.drop()
  })
  afterAll(() => broker.close())

  const started = async (
    handler: BatchHandler,
    extra: Partial<KafkaBatchServerOptions> = {},
    others: readonly [topic: string, BatchHandler][] = [],
  ) => {
    const around = surroundings(database)
    const server = new KafkaBatchServer({ ...around, brokers: broker.brokers, groupId: group, sessionTimeoutMs: 6_000, ...extra })
    for (const [name, handle] of [[topic.name, handler] as const, ...others]) server.addHandler(name, handle as never, true)
    servers.push(server)
    await new Promise<void>((resolve, reject) =>
      server.listen((error) => (error === undefined ? resolve() : reject(new Error('not started', { cause: error })))),
    )
    return { server, logger: around.logger }
  }
  const stop = async (server: KafkaBatchServer) => {
    servers.splice(servers.indexOf(server), 1)
    await server.close()
  }
  const send = (from: number, to: number) =>
    topic.send(Array.from({ length: to - from }, (_, i) => probeRecord(topic.name, `k${(from + i) % 7}-`, from + i)))
  const appliedOnce = (count: number) =>
    eventually(async () => {
      const times = await seenTimes(database)
      expect(Object.keys(times)).toHaveLength(count)
      expect(new Set(Object.values(times))).toEqual(new Set([1]))
    })
  const fences = () =>
    database.dataSource.query<{ partition: number; next_offset: string }[]>(
      'select partition, next_offset from consumer_fence order by partition',
    )

  it('applies every record once, from the oldest on, and lets the committed offsets follow', async () => {
    await send(0, 100)
    const { server } = await started(countEach)
    await appliedOnce(100)
    await send(100, 150)
    await appliedOnce(150)
    await stop(server)
    const admin = broker.kafka.admin()
    await admin.connect()
    const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic.name] })
    await admin.disconnect()
    const offsets = committed!.partitions.toSorted((a, b) => a.partition - b.partition).map((p) => p.offset)
    expect(offsets).toEqual((await fences()).map((fence) => fence.next_offset))
  })

  it('commits the fence on assignment, where a killed member left the committed offset behind', async () => {
    await send(0, 20)
    const { server } = await started(countEach)
    await appliedOnce(20)
    await stop(server)
    const admin = broker.kafka.admin()
    await admin.connect()
    await admin.setOffsets({ groupId: group, topic: topic.name, partitions: [0, 1].map((partition) => ({ partition, offset: '0' })) })
    await started(countEach)
    await eventually(async () => {
      const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic.name] })
      expect(committed!.partitions.reduce((sum, { offset }) => sum + Number(offset), 0)).toBe(20)
    })
    await admin.disconnect()
  })

  it('starts where the fence is, not where Kafka’s committed offset is', async () => {
    await send(0, 50)
    const { server } = await started(countEach)
    await appliedOnce(50)
    await stop(server)
    // As after a restore of the database to an earlier state: committed offsets are ahead of the fence.
    await database.dataSource.query('update consumer_fence set next_offset = 0')
    await database.dataSource.query('delete from seen')
    await started(countEach)
    await appliedOnce(50)
  })

  it('goes on where it stopped, also with another member', async () => {
    const { server } = await started(countEach)
    await send(0, 60)
    await appliedOnce(60)
    await started(countEach)
    await send(60, 120)
    await appliedOnce(120)
    await stop(server)
    await send(120, 180)
    await appliedOnce(180)
  })

  it('applies a leading topic before the others after a restore, whatever is quicker, then all at once', async () => {
    const leading = await broker.topic('leading', 2)
    const judged: number[] = []
    const leaders = () => database.dataSource.query<{ n: number }[]>("select count(*)::int as n from seen where key like 'leader%'")
    const judge: BatchHandler = async (batch, context) => {
      judged.push((await leaders())[0]!.n)
      await countEach(batch, context)
    }
    const isJudgingOrWaiting = () =>
      judged.length > 0 ||
      servers.some((server) =>
        server
          .unwrap<Consumer>()
          .paused()
          .some((paused) => paused.topic === topic.name),
      )
    const lead: BatchHandler = async (batch, context) => {
      // Whoever does not wait is given the time to be too early.
      await eventually(() => expect(isJudgingOrWaiting()).toBe(true))
      await countEach(batch, context)
    }
    await leading.send(Array.from({ length: 40 }, (_, i) => probeRecord(leading.name, `leader${i % 7}-`, i)))
    await send(0, 40)
    await started(judge, { leadingTopics: [leading.name] }, [[leading.name, lead]])
    await appliedOnce(80)
    expect(new Set(judged)).toEqual(new Set([40]))
    judged.length = 0
    await send(40, 60)
    await appliedOnce(100)
    expect(judged.length).toBeGreaterThan(0)
  })

  it('halts loudly when the fence is past the end, says why, and goes on when it is set', async () => {
    await send(0, 10)
    const { server } = await started(countEach)
    await appliedOnce(10)
    await stop(server)
    await database.dataSource.query('update consumer_fence set next_offset = 1000 where partition = 0')
    const { server: second, logger } = await started(countEach)
    const [halted] = await eventually(() => {
      const found = second.health().halted
      expect(found).toHaveLength(1)
      return found
    })
    expect(halted).toContain(`${topic.name}:0: the fence is at 1000, but the partition ends at`)
    expect(logger.lines.filter((line) => line.level === 'error')).toMatchObject([{ fields: { topic: topic.name, partition: 0 } }])
    await database.dataSource.query('update consumer_fence set next_offset = 0 where partition = 0')
    await database.dataSource.query('delete from seen')
    await eventually(() => expect(second.health().halted).toEqual([]))
    await eventually(async () => expect(Object.keys(await seenTimes(database)).length).toBeGreaterThan(0))
  })

  it('halts when the fence belongs to another cluster', async () => {
    await database.dataSource.query('insert into consumer_fence values ($1, $2, 0, $3, 0)', [group, topic.name, 'another-cluster'])
    const { server } = await started(countEach)
    await eventually(() =>
      expect(server.health().halted).toEqual([expect.stringContaining('the fence belongs to Kafka cluster another-cluster')]),
    )
  })

  it('pauses while the database is away and applies everything once when it is back', async () => {
    const { server, logger } = await started(countEach)
    await send(0, 20)
    await appliedOnce(20)
    const name = new URL(database.adminUrl).pathname.slice(1)
    const serverUrl = new URL(database.adminUrl)
    serverUrl.pathname = '/postgres'
    await asAdmin(serverUrl.toString(), async (client) => {
      await client.query(`alter database ${name} with allow_connections false`)
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
      await send(20, 40)
      await eventually(() => expect(logger.lines.some((line) => line.message.startsWith('database unavailable'))).toBe(true))
      await client.query(`alter database ${name} with allow_connections true`)
    })
    await appliedOnce(40)
    expect(server.health().dead).toBeNull()
  })

  it('finishes the batch at work before it closes', async () => {
    let entered: () => void = () => undefined
    const working = new Promise<void>((resolve) => (entered = resolve))
    let release: () => void = () => undefined
    const released = new Promise<void>((resolve) => (release = resolve))
    const { server } = await started(async (batch, context) => {
      entered()
      await released
      return countEach(batch, context)
    })
    await topic.send([probeRecord(topic.name, 'k', 1)])
    await working
    const closing = stop(server)
    release()
    await closing
    expect(await seenTimes(database)).toEqual({ k1: 1 })
    expect((await fences()).map((fence) => fence.next_offset)).toContain('1')
  })

  it('hands parked records over again once what they wait for is there', async () => {
    let isThere = false
    const handler: BatchHandler = async (batch, context) => {
      if (!isThere) return batch.map((message) => park(message, 'thing:1', 'thing 1 is unknown'))
      return countEach(batch, context)
    }
    await started(handler, { parking: { ready: async (_tx, awaited) => (isThere ? awaited : []) } })
    await send(0, 30)
    const parked = async () => Number((await database.dataSource.query<{ n: string }[]>('select count(*) as n from parked_event'))[0]!.n)
    await eventually(async () => expect(await parked()).toBe(30))
    isThere = true
    await appliedOnce(30)
    expect(await parked()).toBe(0)
  })

  describe('with a throttled history', () => {
    const fencesOf = (of: string) =>
      database.dataSource.query<{ next_offset: string }[]>('select next_offset from consumer_fence where group_id = $1', [of])

    it('takes what comes now before the history is gone through, and the history once', async () => {
      await send(0, 300)
      // So slow that the history is not gone through unless somebody waits for minutes.
      const { server } = await started(countEach, { historyPerSecond: 1 })
      await send(300, 320)
      await eventually(async () => {
        const seen = Object.keys(await seenTimes(database)).map((key) => Number(key.split('-')[1]))
        expect(seen.filter((n) => n >= 300)).toHaveLength(20)
        expect(seen.length).toBeLessThan(320)
      })
      await stop(server)
      await started(countEach)
      await appliedOnce(320)
      await eventually(async () =>
        expect([...(await fencesOf(`${group}.history`)), ...(await fencesOf(`${group}.history-end`))]).toEqual([]),
      )
    })

    it('is applied once by several replicas, and splits nothing that has a fence already', async () => {
      await send(0, 200)
      await Promise.all([started(countEach, { historyPerSecond: 2_000 }), started(countEach, { historyPerSecond: 2_000 })])
      await appliedOnce(200)
      await eventually(async () => expect(await fencesOf(`${group}.history`)).toEqual([]))
      for (const server of [...servers]) await stop(server)
      await send(200, 220)
      await started(countEach, { historyPerSecond: 1 })
      await appliedOnce(220)
    })
  })
})
