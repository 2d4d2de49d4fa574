import type { EventDefinition } from '@laurel/contracts'

/** Data of a contract that exists for tests of the transport alone. */
export interface Probe {
  readonly key: string
  readonly n: number
}

/** A contract on any topic, whose data is `{key, n}`. */
export function probeContract(topic: string): EventDefinition<Probe> {
  return {
    topic,
    type: 'probe.v1',
    schema: {},
    key: (data) => data.key,
    parse: (data) => {
      const { key, n } = (data ?? {}) as Partial<Probe>
      if (typeof key !== 'string') return { ok: false, reason: 'key must be a string' }
      return typeof n === 'number' ? { ok: true, data: { key, n } } : { ok: false, reason: 'n must be a number' }
    },
    samples: [{ key: 'k', n: 1 }],
  }
}
