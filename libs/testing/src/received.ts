import type { EventDefinition } from '@laurel/contracts'
import { decode, type Received } from '@laurel/messaging'
import { eventRecord } from './event-record'

let next = 0n

/** The event as the transport hands it over: read and validated, from partition 0, each from an offset of its own unless told. */
export function received<T>(definition: EventDefinition<T>, data: T, recordTime = new Date(), offset = next++): Received<T> {
  const { key, value, headers = {} } = eventRecord(definition, data)
  const { topic } = definition
  const decoded = decode({ topic, partition: 0, offset, key: Buffer.from(key!), value: Buffer.from(value!), headers, recordTime })
  if (!decoded.ok) throw new Error(decoded.reason)
  return decoded.message as Received<T>
}
