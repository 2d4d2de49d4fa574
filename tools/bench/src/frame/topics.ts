import { setTimeout as pause } from 'node:timers/promises'
import { provisionTopics } from '@laurel/dev-stack'
import { createKafka, createTopics, withAdmin as withAdminOf, type Admin, type TopicSpec } from '@laurel/messaging'

const CLIENT = 'laurel-bench'
const AT_ONCE = 2_000

/** A record to send. */
export interface BenchRecord {
  readonly key: string
  readonly value: string
  readonly headers: Record<string, string>
}

/** Makes these topics anew, and all that are missing; forgets how far the groups had read. */
export async function emptyTopics(
  brokers: readonly string[],
  names: readonly string[],
  groups: readonly string[],
  extra: readonly TopicSpec[] = [],
): Promise<void> {
  await withAdmin(brokers, async (admin) => {
    for (const group of groups) await admin.deleteGroups([group]).catch(() => undefined)
    const there = (await admin.listTopics()).filter((topic) => names.includes(topic))
    if (there.length > 0) await admin.deleteTopics({ topics: there })
    while ((await admin.listTopics()).some((topic) => names.includes(topic))) await pause(50)
  })
  await provisionTopics(brokers)
  await createTopics(brokers, extra)
}

/** Sends `count` records, acknowledged by the broker. */
export async function preload(
  brokers: readonly string[],
  topic: string,
  count: number,
  record: (index: number) => BenchRecord,
): Promise<void> {
  const producer = createKafka({ brokers, clientId: CLIENT }).producer({ allowAutoTopicCreation: false })
  await producer.connect()
  try {
    for (let from = 0; from < count; from += AT_ONCE) {
      const messages = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => record(from + index))
      await producer.send({ topic, messages })
    }
  } finally {
    await producer.disconnect()
  }
}

/** How many records the topic holds. */
export async function countRecords(brokers: readonly string[], topic: string): Promise<number> {
  return withAdmin(brokers, (admin) => recordsIn(admin, topic))
}

/** The same over a connection that is open. */
export async function recordsIn(admin: Admin, topic: string): Promise<number> {
  const offsets = await admin.fetchTopicOffsets(topic)
  return offsets.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0)
}

export function withAdmin<T>(brokers: readonly string[], work: (admin: Admin) => Promise<T>): Promise<T> {
  return withAdminOf(createKafka({ brokers, clientId: CLIENT }), work)
}
