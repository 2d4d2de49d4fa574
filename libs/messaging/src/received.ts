import type { Tx } from '@laurel/postgres'

/** A record as Kafka holds it. Header values are UTF-8 text. */
export interface RawRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
  /** The Kafka record's own timestamp. */
  readonly recordTime: Date
}

/** A decoded and validated event: CloudEvents 1.0 attributes and the data of its contract. */
export interface Received<T = unknown> extends RawRecord {
  readonly id: string
  readonly source: string
  readonly type: string
  /** `ce_time`; the record's timestamp where the producer gave none. */
  readonly time: Date
  readonly data: T
}

/** Events of one topic partition in offset order; repeats are possible. */
export type Batch<T = unknown> = readonly Received<T>[]

/** What a handler gets beside the batch: the transaction that the runner opened and will commit. */
export interface BatchContext {
  readonly tx: Tx
  readonly topic: string
}

/** What becomes of a message that the handler neither applied nor threw for. */
export type Disposition =
  | { readonly kind: 'reject'; readonly message: Received; readonly reason: string }
  | { readonly kind: 'park'; readonly message: Received; readonly waitsFor: string; readonly reason: string }

/** Takes one batch in the runner's transaction; throws to have it repeated, halved and at last dead-lettered. */
export type BatchHandler = (batch: Batch, context: BatchContext) => Promise<readonly Disposition[] | void>

/** This message can never be applied: dead-letter it with the reason, and go on with the others. */
export function reject(message: Received, reason: string): Disposition {
  return { kind: 'reject', message, reason }
}

/**
 * This message cannot be applied yet: keep it until `waitsFor` is there (see `ParkingOptions.ready`), then hand it to
 * the same handler again.
 */
export function park(message: Received, waitsFor: string, reason: string): Disposition {
  return { kind: 'park', message, waitsFor, reason }
}

/** The time an event happened; a time in the future counts as the record's timestamp. */
export function eventTime(message: RawRecord, claimed: string): Date {
  const time = new Date(claimed)
  return time > message.recordTime ? message.recordTime : time
}
