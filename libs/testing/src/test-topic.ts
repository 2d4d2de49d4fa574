import { randomBytes } from 'node:crypto'
import { createKafka, createTopics, readTopic, type Kafka } from '@laurel/messaging'
import { infrastructure } from './config'

/** A record as it was found in a topic. */
export interface FoundRecord {
  readonly partition: number
  readonly offset: bigint
  readonly key: string | null
  readonly value: string | null
  readonly headers: Readonly<Record<string, string>>
}

/** What a test sends. */
export interface TestRecord {
  readonly key: string | null
  readonly value: string | Buffer | null
  readonly headers?: Readonly<Record<string, string>>
  readonly partition?: number
}

/** A topic of its own on the real broker. */
export interface TestTopic {
  readonly name: string
  send(records: readonly TestRecord[]): Promise<void>
  /** Everything in the topic now, in order per partition. */
  readAll(): Promise<FoundRecord[]>
}

/** Topics of one test file, and the client that made them. */
export class TestBroker {
  readonly brokers = infrastructure().brokers
  readonly kafka: Kafka = createKafka({ brokers: this.brokers, clientId: 'laurel-test' })
  private readonly producer = this.kafka.producer({ allowAutoTopicCreation: false })
  private readonly admin = this.kafka.admin()
  private connected: Promise<unknown> | undefined

  /** Creates a topic whose name is `<prefix>-<random>`. */
  async topic(prefix: string, partitions = 1): Promise<TestTopic> {
    const name = `${prefix}-${randomBytes(6).toString('hex')}`
    await this.create(name, partitions)
    return {
      name,
      send: async (records) => {
        await this.producer.send({
          topic: name,
          acks: -1,
          messages: records.map((record) => ({ ...record, headers: { ...record.headers } })),
        })
      },
      readAll: () => this.readAll(name),
    }
  }

  /** Creates a topic of exactly this name, unless it is there. */
  async create(name: string, partitions = 1): Promise<void> {
    await (this.connected ??= Promise.all([this.producer.connect(), this.admin.connect()]))
    await createTopics(this.brokers, [{ name, partitions, config: {} }])
  }

  async readAll(topic: string): Promise<FoundRecord[]> {
    const found: FoundRecord[] = []
    await readTopic(this.kafka, topic, ({ partition, offset, key, value, headers }) => {
      found.push({ partition, offset, key: key?.toString() ?? null, value: value?.toString() ?? null, headers })
    })
    return found.sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset))
  }

  async close(): Promise<void> {
    if (!this.connected) return
    await this.connected
    await Promise.all([this.producer.disconnect(), this.admin.disconnect()])
  }
}
