import { atLeast, atMost, type Bar, type Unit } from '../frame/outcome'
import { tableText } from '../frame/print'
import { betterOf, compare, differences, gateTable, isDoubtful, isPassed } from './gate'
import type { Figure } from './results'
import { recordedOfSome } from './recorded.fixture'

const ratio = (value: number | null): Figure => ({ what: 'to COPY', unit: 'ratio', value, at_least: 0.6 })
const growth = (value: number): Figure => ({ what: 'growth', unit: 'ratio', value, at_most: 1.5 })
const verdictOf = (recorded: readonly Figure[], bar: Bar) => compare(recorded, [bar])[0]!.verdict

describe('compare', () => {
  it.each([
    [0.5, 0.4251, 'WARNING'],
    [0.5, 0.425, 'FAILED'],
    [0.5, 0.2, 'FAILED'],
    [0.5, 0.46, 'WARNING'],
    [0.5, 0.4602, 'held'],
    [0.5, 0.5, 'held'],
    [0.5, 9, 'held'],
    [1, 0.85, 'FAILED'],
    [1, 0.92, 'WARNING'],
  ])('a ratio of at least something that was %d and is %d: %s', (before, now, verdict) => {
    expect(verdictOf([ratio(before)], atLeast('to COPY', now, 0.6, 'ratio'))).toBe(verdict)
  })

  it.each([
    [1, 1.15, 'FAILED'],
    [1, 1.149, 'WARNING'],
    [1, 1.08, 'WARNING'],
    [1, 1.079, 'held'],
    [1, 0.1, 'held'],
  ])('a ratio of at most something that was %d and is %d: %s', (before, now, verdict) => {
    expect(verdictOf([growth(before)], atMost('growth', now, 1.5, 'ratio'))).toBe(verdict)
  })

  it('guards a ratio that misses its bar, and leaves one alone that still does', () => {
    expect(verdictOf([ratio(0.3)], atLeast('to COPY', 0.29, 0.6, 'ratio'))).toBe('held')
    expect(verdictOf([ratio(0.3)], atLeast('to COPY', 0.25, 0.6, 'ratio'))).toBe('FAILED')
  })

  it('warns of a bar that is missed now, though the ratio is hardly worse', () => {
    expect(compare([ratio(0.61)], [atLeast('to COPY', 0.59, 0.6, 'ratio')])).toEqual([
      { what: 'to COPY', recorded: 0.61, measured: 0.59, worse: 0.03279, verdict: 'WARNING', why: 'misses its bar, which it held' },
    ])
  })

  it('warns of a ratio that is not recorded, and fails for one that is no longer measured', () => {
    const compared = compare([growth(1)], [atLeast('to COPY', 0.7, 0.6, 'ratio')])
    expect(compared.map(({ what, verdict }) => [what, verdict])).toEqual([
      ['to COPY', 'WARNING'],
      ['growth', 'FAILED'],
    ])
    expect(isPassed(compared)).toBe(false)
    expect(isPassed(compared.slice(0, 1))).toBe(true)
  })

  it('fails for a ratio that could not be measured, now or then', () => {
    expect(verdictOf([ratio(0.5)], atLeast('to COPY', NaN, 0.6, 'ratio'))).toBe('FAILED')
    expect(verdictOf([ratio(null)], atLeast('to COPY', 0.5, 0.6, 'ratio'))).toBe('FAILED')
  })

  it.each<Unit>(['ms', 'µs'])('only shows %s', (unit) => {
    expect(verdictOf([{ what: 'p99', unit, value: 10, at_most: 20 }], atMost('p99', 500, 20, unit))).toBe('shown')
  })

  it.each([
    [0, 'held'],
    [1, 'FAILED'],
    [NaN, 'FAILED'],
  ])('holds a count to its bar, whatever was recorded: %d', (value, verdict) => {
    expect(verdictOf([{ what: 'lost', unit: 'count', value: 5, at_most: 0 }], atMost('lost', value, 0, 'count'))).toBe(verdict)
    expect(verdictOf([], atMost('lost', value, 0, 'count'))).toBe(verdict)
  })
})

describe('a second measurement', () => {
  it('is asked for when a ratio is worse by too much, and for nothing else', () => {
    expect(isDoubtful(compare([ratio(0.5)], [atLeast('to COPY', 0.4, 0.6, 'ratio')]))).toBe(true)
    expect(isDoubtful(compare([ratio(0.5)], [atLeast('to COPY', 0.45, 0.6, 'ratio'), atMost('lost', 1, 0, 'count')]))).toBe(false)
    expect(isDoubtful(compare([growth(1)], []))).toBe(false)
  })

  it.each<[Bar, Bar, number]>([
    [atLeast('a', 0.4, 1, 'ratio'), atLeast('a', 0.5, 1, 'ratio'), 0.5],
    [atLeast('a', 0.5, 1, 'ratio'), atLeast('a', 0.4, 1, 'ratio'), 0.5],
    [atMost('a', 1.2, 1, 'ratio'), atMost('a', 1.1, 1, 'ratio'), 1.1],
    [atMost('a', 1.1, 1, 'ratio'), atMost('a', 1.2, 1, 'ratio'), 1.1],
    [atLeast('a', NaN, 1, 'ratio'), atLeast('a', 0.4, 1, 'ratio'), 0.4],
    [atLeast('a', 0.4, 1, 'ratio'), atLeast('a', NaN, 1, 'ratio'), 0.4],
    [atMost('a', 1, 0, 'count'), atMost('a', 0, 0, 'count'), 1],
    [atMost('a', 0, 0, 'count'), atMost('a', 1, 0, 'count'), 1],
    [atMost('a', 10, 20, 'ms'), atMost('a', 30, 20, 'ms'), 30],
    [atMost('other', 10, 20, 'ms'), atMost('a', 30, 20, 'ms'), 30],
  ])('of %j and %j takes %d', (first, second, value) => {
    expect(betterOf([first], [second]).map((bar) => bar.value)).toEqual([value])
  })
})

it('shows what was recorded, what is measured and why it matters', () => {
  expect(
    tableText(gateTable(compare([ratio(0.5)], [atLeast('to COPY', 0.4, 0.6, 'ratio')])))
      .split('\n')
      .at(-1),
  ).toBe('  to COPY       0.5       0.4    20.0 %  FAILED  worse by 15 % or more')
})

describe('differences', () => {
  const before = recordedOfSome()

  it('has nothing to say of the same machine with the same versions', () => {
    expect(differences(before, recordedOfSome())).toEqual([])
  })

  it('names another machine and another version', () => {
    const machine = { ...before.machine, cores: 64 }
    expect(differences(before, { ...before, machine, versions: { ...before.versions, pg: '9.0.0' } })).toEqual([
      'recorded on another machine: 2 x Some CPU, 24 GB',
      'recorded with pg 8.23.1',
    ])
  })
})
