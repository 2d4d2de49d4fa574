import type { DataSource } from 'typeorm'
import { isDatabaseUnavailable, isRetryable, transaction, type Tx } from '@laurel/postgres'
import type { Logger } from '@laurel/telemetry'
import { decode, type Decoded, type DefinitionsOf } from './decode'
import { dispatch } from './dispatch'
import { applyIsolating } from './isolate'
import type { MessagingMetrics } from './messaging-metrics'
import { awaitedThings, removeParked, takeParked, type ParkedRecord } from './parking'
import type { BatchHandler } from './received'
import { DEFAULT_RETRY, withRetry } from './retry'

const SWEEP_EVERY_MS = 500
const THINGS_PER_SWEEP = 1_000
const RECORDS_PER_BATCH = 500
const BATCHES_PER_SWEEP = 100

export interface ParkingOptions {
  /** Of the things that parked records wait for (the `waitsFor` of `park`), those that are there now. */
  ready(tx: Tx, waitsFor: readonly string[]): Promise<readonly string[]>
}

export interface ParkingSweepOptions {
  readonly service: string
  readonly dataSource: DataSource
  readonly logger: Logger
  readonly metrics: MessagingMetrics
  readonly parking: ParkingOptions
  readonly definitionsOf?: DefinitionsOf
  handlerOf(topic: string): BatchHandler
}

interface Entry {
  readonly parked: ParkedRecord
  readonly decoded: Decoded
}

/**
 * Hands parked records to their handlers again once what they waited for is there. It polls instead of being told,
 * since a record can be parked in the moment in which the awaited thing commits. Several replicas may sweep at once.
 */
export class ParkingSweep {
  private stopped = false
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> = Promise.resolve()

  constructor(private readonly options: ParkingSweepOptions) {}

  start(): void {
    this.timer = setTimeout(() => {
      this.running = this.sweep()
        .catch((error: Error) => this.options.logger.warn('parking sweep failed, trying again', { reason: error.message }))
        .then(() => {
          if (!this.stopped) this.start()
        })
    }, SWEEP_EVERY_MS)
    this.timer.unref()
  }

  async stop(): Promise<void> {
    this.stopped = true
    clearTimeout(this.timer)
    await this.running
  }

  /** Re-drives all that is ready now. */
  async sweep(): Promise<void> {
    const { dataSource, parking } = this.options
    const ready = await transaction(dataSource, async (tx) => {
      const things = await awaitedThings(tx, THINGS_PER_SWEEP)
      return things.length === 0 ? [] : parking.ready(tx, things)
    })
    if (ready.length === 0) return
    for (let n = 0; n < BATCHES_PER_SWEEP && !this.stopped; n++) {
      if ((await this.redrive(ready)) < RECORDS_PER_BATCH) return
    }
  }

  /** One batch; returns how many records it took. */
  private async redrive(things: readonly string[]): Promise<number> {
    const records = await transaction(this.options.dataSource, (tx) => takeParked(tx, things, RECORDS_PER_BATCH))
    const entries = records.map((parked): Entry => ({ parked, decoded: decode(parked, this.options.definitionsOf) }))
    for (const [topic, ofTopic] of Map.groupBy(entries, (entry) => entry.parked.topic)) {
      await applyIsolating(ofTopic, {
        apply: (part) => this.apply(topic, part),
        retry: (attempt) => withRetry(attempt, DEFAULT_RETRY, { isOutage: isDatabaseUnavailable, isConflict: isRetryable }),
        giveUp: (entry, error) =>
          this.apply(topic, [
            { ...entry, decoded: { ok: false, record: entry.parked, reason: `not applicable: ${(error as Error).message}` } },
          ]),
        isOutage: isDatabaseUnavailable,
      })
    }
    return records.length
  }

  private async apply(topic: string, entries: readonly Entry[]): Promise<void> {
    const { dataSource, service, metrics } = this.options
    const report = await transaction(dataSource, async (tx) => {
      // Removed first: a row that another sweeper has removed meanwhile is not handed over twice, and a record that
      // still cannot be applied is parked anew.
      const mine = new Set(
        await removeParked(
          tx,
          entries.map((entry) => entry.parked.parkedId),
        ),
      )
      const decoded = entries.filter((entry) => mine.has(entry.parked.parkedId)).map((entry) => entry.decoded)
      return dispatch(tx, service, topic, decoded, this.options.handlerOf(topic))
    })
    metrics.deadLetters.inc({ topic }, report.rejected)
  }
}
