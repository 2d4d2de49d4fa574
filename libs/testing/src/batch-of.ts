import type { EventDefinition } from '@laurel/contracts'
import type { Received } from '@laurel/messaging'
import { received } from './received'

/** Events as a handler receives them: validated, from offset 0 of partition 0. */
export function batchOf<T>(definition: EventDefinition<T>, ...data: readonly T[]): Received<T>[] {
  return data.map((value, offset) => received(definition, value, new Date(), BigInt(offset)))
}
