import { randomUUID } from 'node:crypto'
import { EVENTS } from '@laurel/contracts'
import type { Admin, Kafka } from '@laurel/messaging'
import { endsOf } from './group-offsets'
import { SeenTopics } from './seen-topics'

export interface TopicWatch {
  /** What was read so far; it grows. */
  readonly seen: SeenTopics
  /** Leaves no consumer group behind. */
  stop(): Promise<void>
}

/**
 * Reads the topics that services write, from their beginning, and keeps reading until it is stopped. Dead letters of
 * messages that were there before this call are left out.
 *
 * @param userIds the learners whose records count
 */
export async function watchTopics(kafka: Kafka, admin: Admin, userIds: ReadonlySet<string>): Promise<TopicWatch> {
  const existing = await admin.listTopics()
  const ends = await endsOf(
    admin,
    EVENTS.map((event) => event.topic).filter((topic) => existing.includes(topic)),
  )
  const seen = new SeenTopics(userIds, ({ topic, partition, offset }) => offset < (ends.get(topic)?.get(partition) ?? 0n))
  const groupId = `laurel-demo-${randomUUID()}`
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false })
  const stop = async () => {
    await consumer.disconnect()
    // A group without members and offsets may be gone by itself.
    await admin.deleteGroups([groupId]).catch(() => undefined)
  }
  try {
    await read(consumer, SeenTopics.topicsAmong(existing), seen)
  } catch (error) {
    await stop()
    throw error
  }
  return { seen, stop }
}

async function read(consumer: ReturnType<Kafka['consumer']>, topics: string[], seen: SeenTopics): Promise<void> {
  // Nothing is committed, so after a rebalance the beginning comes again.
  const next = new Map<string, bigint>()
  await consumer.connect()
  await consumer.subscribe({ topics, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      const offset = BigInt(message.offset)
      if (offset < (next.get(`${topic} ${partition}`) ?? 0n)) return
      next.set(`${topic} ${partition}`, offset + 1n)
      const headers = Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]))
      seen.take({ topic, partition, offset, headers, value: message.value, at: Number(message.timestamp) })
    },
  })
}
