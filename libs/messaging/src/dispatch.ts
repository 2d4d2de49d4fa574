import { sourceOf } from '@laurel/contracts'
import type { Tx } from '@laurel/postgres'
import { toDeadLetter } from './dead-letter'
import type { Decoded } from './decode'
import { addToOutbox } from './outbox'
import { parkRecords } from './parking'
import type { BatchHandler, Disposition, Received } from './received'

/** Header of a replayed dead letter: the one service that it is meant for; all others pass it over. */
export const REPLAY_FOR_HEADER = 'laurel_replay_for'

/** What came of the records that were not applied. */
export interface DispatchReport {
  readonly rejected: number
  readonly parked: number
}

/**
 * Takes decoded records of one topic to their handler inside a transaction, and writes what becomes of the others:
 * dead letters (undecodable or rejected) into the outbox, parked ones into parked_event. The service's own events and
 * dead letters replayed for another service are passed over.
 */
export async function dispatch(
  tx: Tx,
  service: string,
  topic: string,
  entries: readonly Decoded[],
  handler: BatchHandler,
): Promise<DispatchReport> {
  const batch: Received[] = []
  const undecodable: Extract<Decoded, { ok: false }>[] = []
  for (const entry of entries) {
    if (!entry.ok) undecodable.push(entry)
    else if (isFor(service, entry.message)) batch.push(entry.message)
  }
  const dispositions = batch.length === 0 ? [] : ((await handler(batch, { tx, topic })) ?? [])
  const rejected = dispositions.filter((disposition) => disposition.kind === 'reject')
  const parked = lastPerRecord(dispositions)
  await addToOutbox(tx, [
    ...undecodable.map((entry) => toDeadLetter(service, entry.record, entry.reason)),
    ...rejected.map((disposition) => toDeadLetter(service, disposition.message, disposition.reason)),
  ])
  await parkRecords(tx, parked)
  return { rejected: undecodable.length + rejected.length, parked: parked.length }
}

function isFor(service: string, message: Received): boolean {
  const replayedFor = message.headers[REPLAY_FOR_HEADER]
  if (replayedFor !== undefined) return replayedFor === service
  return message.source !== sourceOf(service)
}

function lastPerRecord(dispositions: readonly Disposition[]): Extract<Disposition, { kind: 'park' }>[] {
  const parked = new Map<string, Extract<Disposition, { kind: 'park' }>>()
  for (const disposition of dispositions) {
    if (disposition.kind === 'park') parked.set(`${disposition.message.partition}:${disposition.message.offset}`, disposition)
  }
  return [...parked.values()]
}
