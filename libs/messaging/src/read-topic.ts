import { randomUUID } from 'node:crypto'
import type { EachBatchPayload, Kafka } from 'kafkajs'
import { readBounds, withAdmin } from './admin'
import { rawRecord } from './raw-record'
import type { RawRecord } from './received'

/** Where to begin and end in one partition; `end` is exclusive. */
export interface Range {
  readonly partition: number
  readonly start: bigint
  readonly end: bigint
}

/**
 * Everything that is in the topic at the time of the call, handed to `visit` in order per partition. For tools and
 * tests: it joins no service's group and leaves none behind.
 */
export async function readTopic(kafka: Kafka, topic: string, visit: (record: RawRecord) => void): Promise<void> {
  const bounds = await withAdmin(kafka, (admin) => readBounds(admin, topic))
  const ranges = [...bounds].map(([partition, { low, high }]) => ({ partition, start: low, end: high }))
  await readRanges(kafka, topic, ranges, async (records) => records.forEach(visit))
}

/** The record at one offset; undefined when retention has removed it. */
export async function readRecord(kafka: Kafka, topic: string, partition: number, offset: bigint): Promise<RawRecord | undefined> {
  let found: RawRecord | undefined
  await readRanges(kafka, topic, [{ partition, start: offset, end: offset + 1n }], async (records) => {
    found ??= records.find((record) => record.offset === offset)
  })
  return found
}

/**
 * Hands what lies in these ranges to `visit`, records of one partition in order and never two calls of one partition at a
 * time. Records may be handed over again after a rebalance. Rejects with what `visit` throws.
 */
export async function readRanges(
  kafka: Kafka,
  topic: string,
  ranges: readonly Range[],
  visit: (records: readonly RawRecord[]) => Promise<void>,
): Promise<void> {
  const open = new Map(ranges.filter((range) => range.end > range.start).map((range) => [range.partition, range]))
  if (open.size === 0) return
  const groupId = `laurel-read-${randomUUID()}`
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 50 })
  await consumer.connect()
  try {
    await consumer.subscribe({ topic, fromBeginning: true })
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        // kafkajs starts it again by itself, for example while the broker still loads its groups.
        if (!payload.restart) reject(payload.error)
      })
      consumer.on(consumer.events.GROUP_JOIN, () => {
        for (const { partition, start } of open.values()) consumer.seek({ topic, partition, offset: String(start) })
      })
      const eachBatch = async ({ batch, isStale }: EachBatchPayload) => {
        const range = open.get(batch.partition)
        if (!range || isStale()) return
        const records = batch.messages.map((message) => rawRecord(topic, batch.partition, message))
        const part = records.filter(({ offset }) => offset >= range.start && offset < range.end)
        const isTaken = await visit(part).then(
          () => true,
          (error: Error) => {
            // Not thrown: kafkajs would start the consumer again, for a reading that is over.
            open.clear()
            reject(error)
            return false
          },
        )
        if (!isTaken) return
        // After a rebalance the reading goes on here.
        const start = BigInt(batch.lastOffset()) + 1n
        if (start >= range.end) open.delete(batch.partition)
        else open.set(batch.partition, { ...range, start })
        if (open.size === 0) resolve()
      }
      consumer.run({ autoCommit: false, eachBatch }).catch(reject)
    })
  } finally {
    await consumer.disconnect()
    // The broker may still count the member that has just left; a group without members and offsets goes by itself.
    await withAdmin(kafka, (admin) => admin.deleteGroups([groupId])).catch(() => undefined)
  }
}
