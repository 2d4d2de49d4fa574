import { query, type Tx } from '@laurel/postgres'

/** A record that waits, without what it carries: that may be about a learner. */
export interface ParkedEvent {
  readonly parkedId: string
  /** The thing that it waits for, as it was named to `park`. */
  readonly waitsFor: string
  readonly reason: string
  readonly topic: string
  readonly partition: number
  /** In decimal digits. */
  readonly offset: string
  /** When Kafka took it. */
  readonly recordTime: Date
  readonly parkedAt: Date
}

const COLUMNS = `id as "parkedId", waits_for as "waitsFor", reason, topic, partition, record_offset as "offset", record_time as "recordTime",
                parked_at as "parkedAt"`
const LIST = {
  name: 'parked-list',
  text: `select ${COLUMNS} from parked_event where id > $1 order by id limit $2`,
}
const OF_KEY = {
  name: 'parked-of-key',
  text: `select ${COLUMNS} from parked_event where waits_for = $1 and key = $2 order by id limit $3`,
}

/** Records that wait, the longest parked first: from the start, or those after one. */
export function listParked(tx: Tx, afterParkedId: string | null, limit: number): Promise<ParkedEvent[]> {
  return query<ParkedEvent>(tx, LIST, [afterParkedId ?? '0', limit])
}

/** The same of those with this key that wait for this thing. */
export function parkedOfKey(tx: Tx, waitsFor: string, key: string, limit: number): Promise<ParkedEvent[]> {
  return query<ParkedEvent>(tx, OF_KEY, [waitsFor, Buffer.from(key), limit])
}
