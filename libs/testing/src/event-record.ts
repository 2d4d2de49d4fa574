import { randomUUID } from 'node:crypto'
import { ceHeaders, type EventDefinition } from '@laurel/contracts'
import type { TestRecord } from './test-topic'

/** A record as a foreign producer would write it: CloudEvents binary mode, the contract's key, JSON data. */
export function eventRecord<T>(
  definition: EventDefinition<T>,
  data: T,
  overrides: { id?: string; source?: string; headers?: Record<string, string> } = {},
): TestRecord {
  const { id = randomUUID(), source = '/player', headers = {} } = overrides
  return {
    key: definition.key(data),
    value: JSON.stringify(data),
    headers: { ...ceHeaders({ id, source, type: definition.type, time: new Date().toISOString() }), ...headers },
  }
}
