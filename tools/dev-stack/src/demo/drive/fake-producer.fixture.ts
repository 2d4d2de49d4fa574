import type { Producer } from '@laurel/messaging'

export interface SentRecord {
  readonly topic: string
  readonly key: string | null
  readonly value: string | null
  readonly headers: Record<string, string>
  readonly timestamp: number
}

/** Remembers what was sent; a record's offset is its number, all partitions are 3. */
export class FakeProducer {
  readonly sent: SentRecord[] = []
  /** Sizes of the batches. */
  readonly batches: number[] = []

  readonly producer = {
    sendBatch: async ({ topicMessages = [] }: Parameters<Producer['sendBatch']>[0]) => {
      this.batches.push(topicMessages.reduce((sum, { messages }) => sum + messages.length, 0))
      for (const { topic, messages } of topicMessages) for (const message of messages) this.take(topic, message)
      return []
    },
    send: async ({ topic, messages }: Parameters<Producer['send']>[0]) => {
      const baseOffset = String(this.sent.length)
      for (const message of messages) this.take(topic, message)
      return [{ topicName: topic, partition: 3, errorCode: 0, baseOffset }]
    },
  } as unknown as Producer

  private take(topic: string, { key, value, headers, timestamp }: Parameters<Producer['send']>[0]['messages'][number]): void {
    this.sent.push({
      topic,
      key: key?.toString() ?? null,
      value: value?.toString() ?? null,
      headers: headers as Record<string, string>,
      timestamp: Number(timestamp),
    })
  }
}
