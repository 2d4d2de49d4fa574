import { randomUUID } from 'node:crypto'
import type { Producer } from '@laurel/messaging'
import type { Random } from '../random'
import type { Pace } from './pace'

type Batch = Parameters<Producer['sendBatch']>[0]
type TopicMessages = NonNullable<Batch['topicMessages']>[number]
type Message = TopicMessages['messages'][number]

/** Names a record, so that it is known again when it is read. */
export const RECORD_HEADER = 'prove_record'

/** One record in so many is delivered again later, and one batch holds at most so many. */
export interface Roughness {
  readonly redelivered: number
  readonly batchAtMost: number
}

export const USUAL: Roughness = { redelivered: 0.05, batchAtMost: 60 }

/** Sends records in batches with random boundaries, some of them again later, and remembers what the brokers have taken. */
export class RoughProducer {
  /** Ids of acknowledged records, by topic. */
  readonly acknowledged = new Map<string, Set<string>>()
  redelivered = 0
  private turn: Promise<unknown> = Promise.resolve()
  private readonly first = new Map<string, Message>()
  private readonly later: { readonly topic: string; readonly message: Message }[] = []

  constructor(
    private readonly producer: Producer,
    private readonly random: Random,
    private readonly pace: Pace,
    private readonly roughness: Roughness,
  ) {}

  get count(): number {
    return [...this.acknowledged.values()].reduce((sum, ids) => sum + ids.size, 0)
  }

  /** The same producer for the demo's drive. */
  asProducer(): Producer {
    return { ...this.producer, send: (record) => this.sendAlone(record), sendBatch: (batch) => this.sendBatch(batch) }
  }

  /** A record with this id must be in the topic, although somebody else sent it. */
  expect(topic: string, id: string): void {
    this.idsOf(topic).add(id)
  }

  /** Delivers what still waits for its second delivery. */
  async flush(): Promise<void> {
    for (const { topic, message } of this.random.shuffled(this.later.splice(0))) {
      this.redelivered++
      await this.send(topic, [message])
    }
  }

  /** Delivers the first record of a topic again, outside of the pace; nothing when there is none yet. */
  async repeatFirst(topic: string): Promise<void> {
    const message = this.first.get(topic)
    if (message) await this.deliver(topic, [message])
  }

  private async sendBatch({ topicMessages = [] }: Batch): ReturnType<Producer['sendBatch']> {
    const metadata: Awaited<ReturnType<Producer['sendBatch']>> = []
    for (const { topic, messages } of topicMessages) {
      for (let from = 0; from < messages.length;) {
        const to = from + this.random.integer(1, this.roughness.batchAtMost)
        metadata.push(...(await this.send(topic, messages.slice(from, to))))
        from = to
        await this.sendLaterOnes()
      }
    }
    return metadata
  }

  private async sendAlone(record: Parameters<Producer['send']>[0]): ReturnType<Producer['send']> {
    await this.pace.take(record.messages.length)
    return this.inTurn(() => this.producer.send(record))
  }

  private async send(topic: string, messages: readonly Message[]): ReturnType<Producer['send']> {
    await this.pace.take(messages.length)
    const metadata = await this.deliver(topic, messages)
    if (!this.first.has(topic)) this.first.set(topic, messages[0]!)
    for (const message of messages) if (this.random.chance(this.roughness.redelivered)) this.later.push({ topic, message })
    return metadata
  }

  /** Sends records at once, outside of the pace. */
  async deliver(topic: string, messages: readonly Message[]): ReturnType<Producer['send']> {
    const named = messages.map((message) => ({ ...message, headers: { ...message.headers, [RECORD_HEADER]: randomUUID() } }))
    const metadata = await this.inTurn(() => this.producer.send({ topic, messages: named, acks: -1 }))
    for (const { headers } of named) this.idsOf(topic).add(headers[RECORD_HEADER])
    return metadata
  }

  /** One send after another: kafkajs numbers a send only when it is answered, so a second one would take the numbers of one that is repeated. */
  private inTurn<T>(send: () => Promise<T>): Promise<T> {
    const sending = this.turn.then(send)
    this.turn = sending.catch(() => undefined)
    return sending
  }

  private idsOf(topic: string): Set<string> {
    const ids = this.acknowledged.get(topic) ?? new Set()
    this.acknowledged.set(topic, ids)
    return ids
  }

  private async sendLaterOnes(): Promise<void> {
    if (this.later.length === 0 || !this.random.chance(0.5)) return
    const [{ topic, message }] = this.later.splice(this.random.integer(0, this.later.length - 1), 1) as [(typeof this.later)[number]]
    this.redelivered++
    await this.send(topic, [message])
  }
}
