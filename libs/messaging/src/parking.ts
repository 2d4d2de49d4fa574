import { binaryArray, query, type Tx } from '@laurel/postgres'
import type { Disposition, RawRecord } from './received'

/** A record that waits in `parked_event`. */
export interface ParkedRecord extends RawRecord {
  readonly parkedId: string
}

interface ParkedRow {
  id: string
  topic: string
  partition: number
  record_offset: string
  key: Buffer | null
  headers: Record<string, string>
  payload: Buffer | null
  record_time: Date
}

const PARK = {
  name: 'park',
  text: `insert into parked_event (waits_for, reason, topic, partition, record_offset, key, headers, payload, record_time)
         select waits_for, reason, topic, partition, record_offset, key, headers::jsonb, payload, record_time
           from unnest($1::text[], $2::text[], $3::text[], $4::int4[], $5::int8[], $6::bytea[], $7::text[], $8::bytea[], $9::timestamptz[])
             as e(waits_for, reason, topic, partition, record_offset, key, headers, payload, record_time)
         on conflict (topic, partition, record_offset) do update set waits_for = excluded.waits_for, reason = excluded.reason`,
}

/** Keeps records until what they wait for is there. One already parked is kept once, with the newer reason. */
export async function parkRecords(tx: Tx, parked: readonly Extract<Disposition, { kind: 'park' }>[]): Promise<void> {
  if (parked.length === 0) return
  const records = parked.map((disposition) => disposition.message)
  await query(tx, PARK, [
    binaryArray.text(parked.map((disposition) => disposition.waitsFor)),
    binaryArray.text(parked.map((disposition) => disposition.reason)),
    binaryArray.text(records.map((record) => record.topic)),
    binaryArray.int4(records.map((record) => record.partition)),
    binaryArray.int8(records.map((record) => record.offset)),
    binaryArray.bytea(records.map((record) => record.key)),
    binaryArray.text(records.map((record) => JSON.stringify(record.headers))),
    binaryArray.bytea(records.map((record) => record.value)),
    binaryArray.timestamptz(records.map((record) => record.recordTime)),
  ])
}

/** What parked records wait for, each thing once, those with the oldest record first. */
export async function awaitedThings(tx: Tx, limit: number): Promise<string[]> {
  const rows = await query<{ waits_for: string }>(
    tx,
    { text: 'select waits_for from parked_event group by waits_for order by min(id) limit $1' },
    [limit],
  )
  return rows.map((row) => row.waits_for)
}

const TAKE = {
  name: 'parked-take',
  text: `select id, topic, partition, record_offset, key, headers, payload, record_time
           from parked_event where waits_for = any($1::text[]) order by id limit $2`,
}

/** The oldest parked records that wait for one of these things. */
export async function takeParked(tx: Tx, things: readonly string[], limit: number): Promise<ParkedRecord[]> {
  const rows = await query<ParkedRow>(tx, TAKE, [binaryArray.text(things), limit])
  return rows.map((row) => ({
    parkedId: row.id,
    topic: row.topic,
    partition: row.partition,
    offset: BigInt(row.record_offset),
    key: row.key,
    value: row.payload,
    headers: row.headers,
    recordTime: row.record_time,
  }))
}

/** Removes records and returns the ids of those that were still there. */
export async function removeParked(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const rows = await query<{ id: string }>(
    tx,
    { name: 'parked-remove', text: 'delete from parked_event where id = any($1::int8[]) returning id' },
    [binaryArray.int8(ids.map(BigInt))],
  )
  return rows.map((row) => row.id)
}
