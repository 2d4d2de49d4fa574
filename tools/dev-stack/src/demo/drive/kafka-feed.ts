import type { Producer } from '@laurel/messaging'

export interface Outgoing {
  readonly topic: string
  /** Null lets the producer choose a partition. */
  readonly key: string | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
  /** Told the record's timestamp, in milliseconds since 1970, once the broker has it. */
  readonly onSent?: (at: number) => void
}

/** Where a record lies. */
export interface Place {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
}

const BATCH = 500

/** Sends records in batches of 500; records of one key arrive in the order in which they were added. */
export class KafkaFeed {
  private batch: Outgoing[] = []
  /** When the first record went out. */
  firstSentAt: number | undefined

  constructor(private readonly producer: Producer) {}

  async add(record: Outgoing): Promise<void> {
    this.batch.push(record)
    if (this.batch.length >= BATCH) await this.flush()
  }

  /** Returns when the broker has everything that was added. */
  async flush(): Promise<void> {
    const batch = this.batch
    this.batch = []
    if (batch.length === 0) return
    const at = this.clock()
    const byTopic = Map.groupBy(batch, (record) => record.topic)
    await this.producer.sendBatch({
      topicMessages: [...byTopic].map(([topic, records]) => ({ topic, messages: records.map((record) => toMessage(record, at)) })),
    })
    for (const record of batch) record.onSent?.(at)
  }

  /** Sends one record by itself, which tells where it lies. */
  async sendAlone(record: Outgoing): Promise<Place> {
    const [written] = await this.producer.send({ topic: record.topic, messages: [toMessage(record, this.clock())] })
    const offset = written?.baseOffset ?? written?.offset
    if (written === undefined || offset === undefined) throw new Error(`the broker did not say where it put a record of ${record.topic}`)
    return { topic: record.topic, partition: written.partition, offset: BigInt(offset) }
  }

  private clock(): number {
    const now = Date.now()
    this.firstSentAt ??= now
    return now
  }
}

function toMessage({ key, value, headers }: Outgoing, at: number) {
  return { key, value, headers: { ...headers }, timestamp: String(at) }
}
