import { sourceOf } from '@laurel/contracts'
import { transaction, type Tx } from '@laurel/postgres'
import type { Logger } from '@laurel/telemetry'
import type { Kafka } from 'kafkajs'
import type { DataSource } from 'typeorm'
import { readBounds, withAdmin } from './admin'
import { decode } from './decode'
import { ensureFence, fenceRefusal, passFence, type FenceKey } from './fence'
import { createKafka } from './kafka-client'
import { readRanges, type Range } from './read-topic'
import type { Batch, RawRecord } from './received'

export interface ReadBackOptions {
  readonly service: string
  readonly brokers: readonly string[]
  /** Initialised and migrated. */
  readonly dataSource: DataSource
  readonly logger: Logger
  /** The topics that hold what the service has decided, in the order in which they are to be read. */
  readonly topics: readonly string[]
  /** Takes over events of one of these topics, which it may know already. */
  readonly apply: (tx: Tx, batch: Batch) => Promise<void>
}

/**
 * Reads what the service itself has published, since it was last read, and returns how many events that were. Done before
 * anything is consumed, so that a schema that was emptied or restored knows what it has announced, and announces nothing
 * again. Exactly once per event, also with several replicas that start at the same time.
 *
 * @throws Error when a topic or the database is not the one that it was (another cluster, a fence out of range)
 */
export async function readBack(options: ReadBackOptions): Promise<number> {
  const { service, brokers, logger } = options
  const kafka = createKafka({ brokers, clientId: `laurel-${service}-read-back`, logger })
  let count = 0
  for (const topic of options.topics) {
    await readRanges(kafka, topic, await unread(kafka, topic, options), async (records) => {
      count += await takeOver(records, options)
    })
  }
  if (count > 0) logger.info('read back what was published since the last start', { events: count })
  return count
}

/** A fence of its own for each partition, from the oldest record on. */
async function unread(kafka: Kafka, topic: string, options: ReadBackOptions): Promise<Range[]> {
  const bounds = await withAdmin(kafka, (admin) => readBounds(admin, topic))
  return transaction(options.dataSource, async (tx) => {
    const ranges: Range[] = []
    for (const [partition, ofPartition] of bounds) {
      const { clusterId, low, high } = ofPartition
      const fence = await ensureFence(tx, fenceKey(options.service, topic, partition), { clusterId, next: low })
      const refusal = fenceRefusal(fence, ofPartition)
      if (refusal) throw new Error(`${topic}:${partition} cannot be read back: ${refusal}; set it with "npm run fence -- set"`)
      ranges.push({ partition, start: fence.next, end: high })
    }
    return ranges
  })
}

function takeOver(records: readonly RawRecord[], { service, dataSource, apply }: ReadBackOptions): Promise<number> {
  const last = records.at(-1)
  if (!last) return Promise.resolve(0)
  return transaction(dataSource, async (tx) => {
    const before = await passFence(tx, fenceKey(service, last.topic, last.partition), last.offset + 1n)
    const fresh = records.filter(({ offset }) => before === undefined || offset >= before.next)
    const events = fresh.map((record) => decode(record)).flatMap((decoded) => (decoded.ok ? [decoded.message] : []))
    const ours = events.filter(({ source }) => source === sourceOf(service))
    if (ours.length > 0) await apply(tx, ours)
    return ours.length
  })
}

function fenceKey(service: string, topic: string, partition: number): FenceKey {
  return { group: `laurel.${service}.read-back`, topic, partition }
}
