import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { EVENTS } from '@laurel/contracts'
import type { createKafka } from '@laurel/messaging'
import { SeenTopics } from './seen-topics'

export type Kafka = ReturnType<typeof createKafka>
type Admin = ReturnType<Kafka['admin']>
type Headers = Parameters<NonNullable<Parameters<ReturnType<Kafka['consumer']>['run']>[0]>['eachMessage'] & {}>[0]['message']['headers']

/**
 * Reads the topics that services write, from their beginning, and keeps reading until it is stopped.
 *
 * @param userIds the learners whose records count
 * @returns what was seen so far; it grows
 */
export async function watchTopics(kafka: Kafka, admin: Admin, userIds: ReadonlySet<string>): Promise<{ seen: SeenTopics; stop: () => Promise<void> }> {
  const existing = await admin.listTopics()
  const ends = await endsOf(admin, EVENTS.map((event) => event.topic).filter((topic) => existing.includes(topic)))
  const seen = new SeenTopics(userIds, ({ topic, partition, offset }) => offset < (ends.get(`${topic} ${partition}`) ?? 0n))
  const topics = SeenTopics.topicsAmong(existing)
  const groupId = `laurel-demo-${randomUUID()}`
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false })
  // Nothing is committed, so a rebalance begins at the start again.
  const next = new Map<string, bigint>()
  await consumer.connect()
  await consumer.subscribe({ topics, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      const offset = BigInt(message.offset)
      if (offset < (next.get(`${topic} ${partition}`) ?? 0n)) return
      next.set(`${topic} ${partition}`, offset + 1n)
      seen.take({ topic, partition, offset, headers: textOf(message.headers), value: message.value, at: Number(message.timestamp) })
    },
  })
  return {
    seen,
    stop: async () => {
      await consumer.disconnect()
      // A group without members and offsets may be gone by itself.
      await admin.deleteGroups([groupId]).catch(() => undefined)
    },
  }
}

const ATTEMPTS = 60
const PAUSE_MS = 500

/** kafkajs does not repeat this by itself while a topic that was just created has no leader yet. */
async function patiently<T>(what: string, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt === ATTEMPTS || !(error as { retriable?: boolean }).retriable) throw new Error(`Kafka does not tell ${what}: ${(error as Error).message}`, { cause: error })
      await wait(PAUSE_MS)
    }
  }
}

/** The offset that the next record will have, by topic and partition. */
async function endsOf(admin: Admin, topics: Iterable<string>): Promise<Map<string, bigint>> {
  const ends = new Map<string, bigint>()
  for (const topic of new Set(topics)) {
    for (const { partition, high } of await patiently(`the end of topic ${topic}`, () => admin.fetchTopicOffsets(topic))) ends.set(`${topic} ${partition}`, BigInt(high))
  }
  return ends
}

function textOf(headers: Headers): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(Array.isArray(value) ? value.at(-1) : value)]))
}
