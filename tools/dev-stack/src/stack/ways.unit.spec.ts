import type { ServerPorts } from './stack-options'
import { waysOf } from './ways'

const DIRECT = {
  brokers: ['127.0.0.1:9092'],
  databases: {
    progress: 'postgres://progress:secret@127.0.0.1:5432/postgres',
    credential: 'postgres://credential:other@127.0.0.1:5432/postgres',
  },
  sandboxUrl: 'http://127.0.0.1:4390',
}

describe('the ways of the services', () => {
  it('are the direct ones', () => {
    expect(waysOf({}, DIRECT, {})).toBe(DIRECT)
  })

  it('lead through the entrances of a detour to where the servers listen', () => {
    const lead = jest.fn<void, [ServerPorts]>()
    const entrances = { kafka: 1, postgres: 2, sandbox: 3 }
    expect(waysOf({ detour: { entrances, lead } }, DIRECT, { kafkaDetourPort: 9192 })).toEqual({
      brokers: ['127.0.0.1:1'],
      databases: {
        progress: 'postgres://progress:secret@127.0.0.1:2/postgres',
        credential: 'postgres://credential:other@127.0.0.1:2/postgres',
      },
      sandboxUrl: 'http://127.0.0.1:3',
    })
    expect(lead.mock.calls).toEqual([[{ kafka: 9192, postgres: 5432, sandbox: 4390 }]])
  })

  it('cannot lead to a broker that has no listener for them', () => {
    const detour = { entrances: { kafka: 1, postgres: 2, sandbox: 3 }, lead: () => undefined }
    expect(() => waysOf({ detour }, DIRECT, {})).toThrow('unset KAFKA_BROKERS')
  })
})
