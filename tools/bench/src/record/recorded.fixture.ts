import { recordOf, type Recorded } from './results'
import { atLeast, atMost } from '../frame/outcome'

const OPTIONS = { rows: 20_000, seconds: 1, seed: 1, rate: 3_000, eventRate: 500, rounds: 3, connections: 128, events: 2_000 }

/** What is recorded of a run that missed one bar and could not measure another. */
export function recordedOfSome(): Recorded {
  return recordOf(
    'deciding completions',
    OPTIONS,
    {
      date: '2026-01-02T03:04:05.678Z',
      commit: 'abcdef012345',
      machine: { cpu: 'Some CPU', cores: 2, memory_gb: 24 },
      versions: { node: '24.21.0', postgres: '18.4', kafka: '4.3.1', pg: '8.23.1', kafkajs: '2.2.4', typeorm: '1.1.1' },
    },
    {
      figures: { rounds: [] },
      bars: [
        atLeast('to COPY', 0.512345, 1.3, 'ratio'),
        atMost('p99 at 500/s, ms', NaN, 100, 'ms'),
        atMost('growth', 1.07, 1.15, 'ratio'),
        atMost('lost', 0, 0, 'count'),
      ],
      sides: [
        { title: 'fold', perSecond: 34_126.4, cpuMicros: { client: 9.84, postgres: 1_220.4 } },
        { title: 'elsewhere', perSecond: NaN, cpuMicros: { service: NaN, postgres: 3 } },
      ],
      tables: [],
      notes: ['COPY decides nothing.'],
    },
  )
}
