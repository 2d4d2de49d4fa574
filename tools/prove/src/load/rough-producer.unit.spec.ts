import type { Producer } from '@laurel/messaging'
import { Random } from '../random'
import { Pace } from './pace'
import { RECORD_HEADER, RoughProducer } from './rough-producer'

type Sent = Parameters<Producer['send']>[0]

function rough(redelivered: number) {
  const sent: Sent[] = []
  const producer = { send: async (record: Sent) => (sent.push(record), []) } as unknown as Producer
  const pace = new Pace(undefined, new AbortController().signal)
  return { sent, producer: new RoughProducer(producer, new Random('7'), pace, { redelivered, batchAtMost: 5 }) }
}

const MESSAGES = Array.from({ length: 100 }, (_, n) => ({ key: 'k', value: String(n) }))
const valuesOf = (sent: readonly Sent[]) => sent.flatMap(({ messages }) => messages.map(({ value }) => Number(value)))

describe('RoughProducer', () => {
  it('sends everything in order, in batches of different sizes, and knows each record by its id', async () => {
    const { sent, producer } = rough(0)
    await producer.asProducer().sendBatch({ topicMessages: [{ topic: 't', messages: MESSAGES }] })
    expect(valuesOf(sent)).toEqual(MESSAGES.map((_, n) => n))
    expect(new Set(sent.map(({ messages }) => messages.length))).toEqual(new Set([1, 2, 3, 4, 5]))
    const ids = sent.flatMap(({ messages }) => messages.map(({ headers }) => String(headers![RECORD_HEADER])))
    expect(producer.acknowledged.get('t')).toEqual(new Set(ids))
    expect(producer.count).toBe(100)
  })

  it('sends the share that it is told again, after the first time', async () => {
    const { sent, producer } = rough(0.2)
    await producer.asProducer().sendBatch({ topicMessages: [{ topic: 't', messages: MESSAGES }] })
    await producer.flush()
    const values = valuesOf(sent)
    expect(producer.redelivered).toBe(values.length - 100)
    expect(producer.redelivered).toBeGreaterThan(10)
    expect([...new Set(values)]).toEqual(MESSAGES.map((_, n) => n))
  })

  it('does not count what the brokers refuse', async () => {
    const { producer } = rough(0)
    const refusing = new RoughProducer(
      { send: () => Promise.reject(new Error('no broker')) } as unknown as Producer,
      new Random('7'),
      new Pace(undefined, new AbortController().signal),
      { redelivered: 0, batchAtMost: 5 },
    )
    await expect(refusing.deliver('t', MESSAGES)).rejects.toThrow('no broker')
    expect(refusing.count + producer.count).toBe(0)
  })
})
