import { setTimeout as pause } from 'node:timers/promises'
import { transaction } from '@laurel/postgres'
import type { Logger } from '@laurel/telemetry'
import type { Kafka } from 'kafkajs'
import type { DataSource } from 'typeorm'
import { readBounds, withAdmin } from './admin'
import { ensureFence, fenceRefusal, listFences, readFence, removeFence, type FenceKey } from './fence'
import type { PartitionBatch } from './partition-runner'
import { readRanges, type Range } from './read-topic'
import type { RawRecord } from './received'

export interface HistoryLaneOptions {
  readonly kafka: Kafka
  readonly group: string
  readonly dataSource: DataSource
  readonly logger: Logger
  /** In the order in which they are to be gone through: what others are judged by first. */
  readonly topics: readonly string[]
  /** Records applied per second, at most, so that live traffic keeps its share of the database. */
  readonly perSecond: number
  /** Applies a batch behind the fence of `historyGroup`. */
  readonly run: (batch: PartitionBatch) => Promise<unknown>
}

/** The group whose fences stand at what of the history is applied. */
export function historyGroup(group: string): string {
  return `${group}.history`
}

/** The group whose fences mark where the history ends and live consumption began. */
function endGroup(group: string): string {
  return `${group}.history-end`
}

const RECORDS_AT_ONCE = 500
const PROGRESS_EVERY_MS = 10_000

/**
 * Fills an empty schema from the history of its topics while the live lane takes what comes now: partitions without a
 * fence are split at their end, the live fence begins there, and this lane goes through what lies before, throttled. It
 * goes on after a restart, and leaves no trace when it is done. Several replicas may run it; each record is applied once.
 */
export class HistoryLane {
  private readonly stopping = new AbortController()
  private running: Promise<void> = Promise.resolve()

  constructor(private readonly options: HistoryLaneOptions) {}

  /** Splits the partitions that have no fence yet. Resolves when live consumption may begin. */
  split(): Promise<void> {
    const { kafka, group, dataSource, topics } = this.options
    return withAdmin(kafka, async (admin) => {
      for (const topic of topics) {
        for (const [partition, { clusterId, low, high }] of await readBounds(admin, topic)) {
          const at = (of: string): FenceKey => ({ group: of, topic, partition })
          await transaction(dataSource, async (tx) => {
            if (await readFence(tx, at(group))) return
            await ensureFence(tx, at(historyGroup(group)), { clusterId, next: low })
            await ensureFence(tx, at(endGroup(group)), { clusterId, next: high })
            await ensureFence(tx, at(group), { clusterId, next: high })
          })
        }
      }
    })
  }

  start(): void {
    this.running = this.goThrough().catch((error: Error) => {
      if (!this.stopping.signal.aborted) this.options.logger.error('the history lane failed; a restart goes on with it', { err: error })
    })
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.running
  }

  private async goThrough(): Promise<void> {
    const { kafka, group, dataSource, logger, topics } = this.options
    const fences = await transaction(dataSource, listFences)
    if (!fences.some((fence) => fence.group === historyGroup(group))) return
    for (const topic of topics) {
      const ranges = await this.open(topic)
      let left = ranges.reduce((sum, { start, end }) => sum + Number(end - start), 0)
      if (left > 0) logger.info('going through the history of a topic', { topic, records: left })
      let saidAt = performance.now()
      await readRanges(kafka, topic, ranges, async (records) => {
        for (let from = 0; from < records.length; from += RECORDS_AT_ONCE) {
          const part = records.slice(from, from + RECORDS_AT_ONCE)
          await this.apply(part)
          left -= part.length
        }
        if (performance.now() - saidAt < PROGRESS_EVERY_MS) return
        saidAt = performance.now()
        logger.info('going through the history of a topic', { topic, records_left: left })
      })
      await this.close(topic, ranges)
    }
  }

  private async apply(records: readonly RawRecord[]): Promise<void> {
    this.stopping.signal.throwIfAborted()
    const [first, last] = [records[0]!, records.at(-1)!]
    const { topic, partition } = first
    const began = performance.now()
    await this.options.run({ topic, partition, records, fetchedFrom: first.offset, last: last.offset, firstAfterSeek: true })
    const due = (records.length / this.options.perSecond) * 1_000
    await pause(Math.max(0, due - (performance.now() - began)), undefined, { signal: this.stopping.signal })
  }

  /** What is still to be gone through of a topic. @throws Error when it is not the topic that it was */
  private async open(topic: string): Promise<Range[]> {
    const { kafka, group, dataSource } = this.options
    const bounds = await withAdmin(kafka, (admin) => readBounds(admin, topic))
    return transaction(dataSource, async (tx) => {
      const ranges: Range[] = []
      for (const [partition, ofPartition] of bounds) {
        const fence = await readFence(tx, { group: historyGroup(group), topic, partition })
        const end = await readFence(tx, { group: endGroup(group), topic, partition })
        if (!fence || !end) continue
        const refusal = fenceRefusal(fence, ofPartition)
        if (refusal) throw new Error(`the history of ${topic}:${partition} cannot be gone through: ${refusal}`)
        ranges.push({ partition, start: fence.next, end: end.next })
      }
      return ranges
    })
  }

  private close(topic: string, ranges: readonly Range[]): Promise<void> {
    const { group, dataSource } = this.options
    return transaction(dataSource, async (tx) => {
      for (const { partition } of ranges)
        for (const ended of [historyGroup(group), endGroup(group)]) await removeFence(tx, { group: ended, topic, partition })
    })
  }
}
