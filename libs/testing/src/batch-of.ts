import type { EventDefinition } from '@laurel/contracts'
import { decode, type Received } from '@laurel/messaging'
import { eventRecord } from './event-record'

/** Events as a handler receives them: validated, from offset 0 of partition 0. */
export function batchOf<T>(definition: EventDefinition<T>, ...data: readonly T[]): Received<T>[] {
  return data.map((value, offset) => {
    const record = eventRecord(definition, value)
    const decoded = decode({
      topic: definition.topic,
      partition: 0,
      offset: BigInt(offset),
      key: Buffer.from(record.key!),
      value: Buffer.from(record.value!),
      headers: record.headers ?? {},
      recordTime: new Date(),
    })
    if (!decoded.ok) throw new Error(decoded.reason)
    return decoded.message as Received<T>
  })
}
