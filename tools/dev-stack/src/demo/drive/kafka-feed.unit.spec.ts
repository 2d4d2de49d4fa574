import { FakeProducer } from './fake-producer.fixture'
import { KafkaFeed, type Outgoing } from './kafka-feed'

const record = (n: number, change: Partial<Outgoing> = {}): Outgoing => ({
  topic: 'lesson.completed',
  key: 'k',
  value: Buffer.from(String(n)),
  headers: { ce_id: String(n) },
  ...change,
})

it('sends batches of 500 in order and tells each record its timestamp', async () => {
  const fake = new FakeProducer()
  const feed = new KafkaFeed(fake.producer)
  const told: number[] = []
  for (let n = 0; n < 1_100; n++) await feed.add(record(n, { onSent: (at) => told.push(at) }))
  expect(told).toHaveLength(1_000)
  await feed.flush()
  expect(fake.batches).toEqual([500, 500, 100])
  expect(fake.sent.map(({ value }) => Number(value))).toEqual(Array.from({ length: 1_100 }, (_, n) => n))
  expect(told).toEqual(fake.sent.map(({ timestamp }) => timestamp))
  expect(feed.firstSentAt).toBe(fake.sent[0]!.timestamp)
})

it('says where a record lies that is sent alone', async () => {
  const fake = new FakeProducer()
  const feed = new KafkaFeed(fake.producer)
  await feed.sendAlone(record(0, { key: null, value: null }))
  expect(await feed.sendAlone(record(1))).toEqual({ topic: 'lesson.completed', partition: 3, offset: 1n })
  expect(fake.sent[0]).toMatchObject({ key: null, value: null, headers: { ce_id: '0' } })
})
