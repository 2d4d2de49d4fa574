import { ceHeaders, type EventDefinition } from '@laurel/contracts'
import { binaryArray, query, type Tx } from '@laurel/postgres'

/** A record to publish, as Kafka will hold it. */
export interface OutboxEvent {
  readonly topic: string
  readonly key: string | Buffer | null
  readonly headers: Readonly<Record<string, string>>
  readonly value: Buffer | null
}

/** What identifies an event beside its data. */
export interface EventIdentity {
  /** `ce_id`: the same fact must get the same id whenever it is written again. */
  readonly id: string
  /** `ce_source`, see `sourceOf`. */
  readonly source: string
  /** `ce_time`; now unless given. */
  readonly time?: Date
  /** W3C trace of what caused it. */
  readonly traceparent?: string | undefined
}

/** An event of a contract as an outbox record: CloudEvents binary mode, the contract's key, JSON data. */
export function toOutbox<T>(definition: EventDefinition<T>, identity: EventIdentity, data: T): OutboxEvent {
  const { id, source, time = new Date(), traceparent } = identity
  return {
    topic: definition.topic,
    key: definition.key(data),
    headers: ceHeaders({ id, source, type: definition.type, time: time.toISOString(), ...(traceparent ? { traceparent } : {}) }),
    value: Buffer.from(JSON.stringify(data)),
  }
}

const INSERT = {
  name: 'outbox-add',
  text: `with added as (
           insert into outbox (topic, key, headers, payload)
           select topic, key, headers::jsonb, payload
             from unnest($1::text[], $2::bytea[], $3::text[], $4::bytea[]) with ordinality as e(topic, key, headers, payload, n)
            order by n
           returning 1)
         select pg_notify('laurel_outbox_' || current_schema(), '') from added limit 1`,
}

/**
 * Writes events into the outbox of the current schema; they are published if and only if the transaction commits, at
 * least once, in this order per key. Ids are drawn here, so call it while the rows that decide a key's order are locked.
 */
export async function addToOutbox(tx: Tx, events: readonly OutboxEvent[]): Promise<void> {
  if (events.length === 0) return
  await query(tx, INSERT, [
    binaryArray.text(events.map((event) => event.topic)),
    binaryArray.bytea(events.map((event) => (typeof event.key === 'string' ? Buffer.from(event.key) : event.key))),
    binaryArray.text(events.map((event) => JSON.stringify(event.headers))),
    binaryArray.bytea(events.map((event) => event.value)),
  ])
}
