import { transaction } from '@laurel/postgres'
import { RecordingLogger, type TestDatabase } from '@laurel/testing'
import type { Admin, Consumer, TopicPartitions } from 'kafkajs'
import { ensureFence } from './fence'
import { FenceGuard } from './fence-guard'
import { createProbeDatabase } from './transport.fixture'

const TOPIC = 'probes'
const GROUP = 'laurel.probe'

/** Real: Postgres. The consumer keeps partitions paused over assignments, as kafkajs does; the broker says where the topic ends. */
describe('FenceGuard on real Postgres', () => {
  let database: TestDatabase
  let guard: FenceGuard
  const paused = new Set<number>()
  /** As the broker tells them, one after the other; the last from then on. */
  let ends: string[]

  beforeEach(async () => {
    paused.clear()
    database = await createProbeDatabase()
    await transaction(database.dataSource, (tx) =>
      ensureFence(tx, { group: GROUP, topic: TOPIC, partition: 0 }, { clusterId: 'c', next: 5n }),
    )
    const each = (work: (partition: number) => unknown) => (all: readonly Partial<TopicPartitions>[]) =>
      all.forEach(({ partitions = [] }) => partitions.forEach(work))
    const consumer = { pause: each((one) => paused.add(one)), resume: each((one) => paused.delete(one)), seek: () => undefined }
    const admin = {
      describeCluster: async () => ({ clusterId: 'c' }),
      fetchTopicOffsets: async () => [{ partition: 0, low: '0', high: ends.length > 1 ? ends.shift()! : ends[0]! }],
    }
    guard = new FenceGuard({
      group: GROUP,
      consumer: consumer as unknown as Consumer,
      admin: admin as unknown as Admin,
      dataSource: database.dataSource,
      logger: new RecordingLogger(),
      onFence: () => undefined,
      leadingTopics: [],
    })
  })
  afterEach(async () => {
    guard.close()
    await database.drop()
  })

  it('judges a fence by what the broker holds after it was read: this process may have stood still in between', async () => {
    ends = ['3', '9']
    guard.assigned({ [TOPIC]: [0] })
    expect(await guard.mayConsume(TOPIC, 0)).toBe(true)
    expect(guard.halted()).toEqual([])
  })

  it('lets a partition go on in a new assignment that was halted in a former one', async () => {
    ends = ['3']
    guard.assigned({ [TOPIC]: [0] })
    expect(await guard.mayConsume(TOPIC, 0)).toBe(false)
    expect([...paused]).toEqual([0])
    ends = ['9']
    guard.assigned({ [TOPIC]: [0] })
    expect(await guard.mayConsume(TOPIC, 0)).toBe(true)
    expect([...paused]).toEqual([])
  })
})
