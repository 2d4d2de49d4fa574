import { atLeast, atMost } from './outcome'
import { number, outcomeLine, outcomeText } from './print'

const outcome = {
  figures: { perSecond: 10_600.4, rounds: [{ p99Ms: 1.23456 }], unknown: NaN, machine: { cpus: 2 } },
  bars: [atLeast('ratio', 1.59, 1.6, 'ratio'), atMost('p99 ms', 9.87654, 20, 'ms'), atMost('lost', NaN, 0, 'count')],
  sides: [],
  tables: [
    {
      title: 'Capacity',
      head: ['variant', 'requests/s'],
      rows: [
        ['as shipped', number(10_600.4)],
        ['plain', number(1_234.5)],
      ],
    },
  ],
  notes: ['the generator was the limit'],
}

describe('outcomeLine', () => {
  it('is one line with the name, rounded figures in snake_case and whether each bar is held', () => {
    const line = outcomeLine('http', outcome)
    expect(line).not.toContain('\n')
    expect(JSON.parse(line)).toEqual({
      name: 'http',
      figures: { per_second: 10_600, rounds: [{ p99_ms: 1.235 }], unknown: null, machine: { cpus: 2 } },
      bars: [
        { what: 'ratio', unit: 'ratio', value: 1.59, at_least: 1.6, ok: false },
        { what: 'p99 ms', unit: 'ms', value: 9.877, at_most: 20, ok: true },
        { what: 'lost', unit: 'count', value: null, at_most: 0, ok: false },
      ],
    })
  })
})

describe('outcomeText', () => {
  it('aligns the columns and shows notes and bars', () => {
    expect(outcomeText(outcome)).toBe(
      [
        'Capacity',
        '  variant     requests/s',
        '  ----------  ----------',
        '  as shipped      10,600',
        '  plain            1,235',
        '',
        '· the generator was the limit',
        '',
        'Bars',
        '          value  limit        ',
        '  ------  -----  -----  ------',
        '  ratio    1.59  ≥ 1.6  MISSED',
        '  p99 ms  9.877   ≤ 20    held',
        '  lost        –    ≤ 0  MISSED',
      ].join('\n'),
    )
  })
})
