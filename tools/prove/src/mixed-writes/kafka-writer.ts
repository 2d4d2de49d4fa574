import { idempotentProducer, type Kafka, type Producer } from '@laurel/messaging'
import type { Model } from './model'
import { RECORD_HEADER, type KafkaWrite } from './writes'

/** Sends records in batches, in the order in which they are added, and tells the model what the brokers have. */
export class KafkaWriter {
  private batch: KafkaWrite[] = []
  acknowledged = 0

  private constructor(
    private readonly producer: Producer,
    private readonly model: Model,
  ) {}

  static async connect(kafka: Kafka, model: Model): Promise<KafkaWriter> {
    const producer = idempotentProducer(kafka)
    await producer.connect()
    return new KafkaWriter(producer, model)
  }

  /** Returns how many records wait to be sent. */
  add(write: KafkaWrite): number {
    return this.batch.push(write)
  }

  /** Resolves when the brokers have all that was added. */
  async flush(): Promise<void> {
    const batch = this.batch
    this.batch = []
    if (batch.length === 0) return
    const recordTime = Date.now()
    const byTopic = Map.groupBy(batch, ({ topic }) => topic)
    const topicMessages = [...byTopic].map(([topic, writes]) => ({
      topic,
      messages: writes.map(({ key, value, headers, recordId }) => {
        return { key, value, headers: { ...headers, [RECORD_HEADER]: recordId }, timestamp: String(recordTime) }
      }),
    }))
    await this.producer.sendBatch({ acks: -1, topicMessages })
    for (const write of batch) this.model.sent(write, recordTime)
    this.acknowledged += batch.length
  }

  async close(): Promise<void> {
    await this.producer.disconnect()
  }
}
