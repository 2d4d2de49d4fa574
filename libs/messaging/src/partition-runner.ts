import type { DataSource } from 'typeorm'
import { isDatabaseUnavailable, isRetryable, transaction } from '@laurel/postgres'
import type { Logger } from '@laurel/telemetry'
import { decode, type Decoded, type DefinitionsOf } from './decode'
import { dispatch } from './dispatch'
import { passFence, positionOf, type FenceKey } from './fence'
import { applyIsolating } from './isolate'
import type { MessagingMetrics } from './messaging-metrics'
import type { BatchHandler, RawRecord } from './received'
import { DEFAULT_RETRY, withRetry, type RetryPolicy } from './retry'

/** Records of one partition as one fetch returned them, in offset order. */
export interface PartitionBatch {
  readonly topic: string
  readonly partition: number
  /** The offset that the fetch asked for. */
  readonly fetchedFrom: bigint
  /** The last offset that the fetch covers; beyond the last record where control records follow it. */
  readonly last: bigint
  /** True until one batch was taken after a seek to the fence. */
  readonly firstAfterSeek: boolean
  readonly records: readonly RawRecord[]
}

export type BatchOutcome =
  /** Committed, or applied earlier: consumption goes on after the batch. */
  | { readonly kind: 'done' }
  /** Nothing was applied: seek to the fence. */
  | { readonly kind: 'seek'; readonly to: bigint }

export interface PartitionRunnerOptions {
  readonly service: string
  readonly group: string
  readonly dataSource: DataSource
  readonly logger: Logger
  readonly metrics: MessagingMetrics
  readonly retry?: RetryPolicy
  readonly definitionsOf?: DefinitionsOf
}

/** The fence stands where this batch does not continue it. */
class SeekNeeded extends Error {
  constructor(readonly to: bigint) {
    super('the batch does not continue the fence')
  }
}

/** The fence's row is gone: the consumer must join anew, which checks and creates fences. */
export class FenceMissingError extends Error {
  constructor(key: FenceKey) {
    super(`the fence of ${key.group} on ${key.topic}:${key.partition} is gone; joining the group anew creates it at the oldest record`)
    this.name = 'FenceMissingError'
  }
}

/** None of these says anything about the messages. */
const FAILURES = {
  isOutage: (error: unknown) => error instanceof SeekNeeded || error instanceof FenceMissingError || isDatabaseUnavailable(error),
  isConflict: isRetryable,
}

/**
 * Applies partition batches exactly once: fence, state, dead letters and outbox commit in one transaction. A batch that
 * keeps failing is halved down to the message that fails alone, which is dead-lettered with the error as its reason.
 */
export class PartitionRunner {
  constructor(private readonly options: PartitionRunnerOptions) {}

  /**
   * @throws the database's error when it is unavailable: what is not committed is to be given again
   * @throws FenceMissingError when an operator removed the fence
   */
  async run(batch: PartitionBatch, handler: BatchHandler): Promise<BatchOutcome> {
    // Once per record, however often its batch is tried.
    const decoded = batch.records.map((record) => decode(record, this.options.definitionsOf))
    const apply = (part: readonly Decoded[]) => this.apply(batch, part, handler)
    try {
      await applyIsolating(decoded, {
        apply,
        retry: (attempt) => withRetry(attempt, this.options.retry ?? DEFAULT_RETRY, FAILURES),
        giveUp: (entry, error) => apply([givenUp(entry, error)]),
        isOutage: FAILURES.isOutage,
      })
      return { kind: 'done' }
    } catch (error) {
      if (error instanceof SeekNeeded) return { kind: 'seek', to: error.to }
      throw error
    }
  }

  private async apply(batch: PartitionBatch, part: readonly Decoded[], handler: BatchHandler): Promise<void> {
    const { service, group, dataSource, metrics } = this.options
    const { topic, partition } = batch
    const key: FenceKey = { group, topic, partition }
    const report = await transaction(dataSource, async (tx) => {
      const end = endOf(part, batch)
      const fence = await passFence(tx, key, end)
      if (!fence) throw new FenceMissingError(key)
      // Halves of a batch continue each other: what the left half committed moved the fence up to the right half.
      const position = positionOf(fence.next, { fetchedFrom: batch.fetchedFrom, last: end - 1n, firstAfterSeek: batch.firstAfterSeek })
      if (position.kind === 'applied') return null
      if (position.kind === 'beyond') throw new SeekNeeded(fence.next)
      return dispatch(tx, service, topic, since(fence.next, part), handler)
    })
    if (report === null) return
    metrics.deadLetters.inc({ topic }, report.rejected)
    metrics.parkedTotal.inc({ topic }, report.parked)
  }
}

/** Where the fence stands after a part: beyond its last record, or at the end of the batch after the batch's last. */
function endOf(part: readonly Decoded[], { records, last }: PartitionBatch): bigint {
  const offset = offsetOf(part.at(-1)!)
  return (offset === records.at(-1)!.offset ? last : offset) + 1n
}

/** Of records in offset order those that lie at the fence or beyond: mostly all. */
function since(fence: bigint, part: readonly Decoded[]): readonly Decoded[] {
  return offsetOf(part[0]!) >= fence ? part : part.filter((entry) => offsetOf(entry) >= fence)
}

function offsetOf(entry: Decoded): bigint {
  return entry.ok ? entry.message.offset : entry.record.offset
}

function givenUp(entry: Decoded, error: unknown): Decoded {
  if (!entry.ok) return entry
  return { ok: false, record: entry.message, reason: `not applicable: ${error instanceof Error ? error.message : String(error)}` }
}
