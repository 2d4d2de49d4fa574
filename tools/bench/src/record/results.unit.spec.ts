import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { README_FILE, RESULTS_FILE } from '../paths'
import { withFigures } from './figures-page'
import { recordedOfSome } from './recorded.fixture'
import { readResults, recordedOptions, withRecorded, writeResults, wrongCount } from './results'

describe('what is recorded of a benchmark', () => {
  it('has figures with their bars, CPU by process, and where, when and how it was measured', () => {
    expect(recordedOfSome()).toEqual({
      summary: 'deciding completions',
      date: '2026-01-02T03:04:05.678Z',
      commit: 'abcdef012345',
      machine: { cpu: 'Some CPU', cores: 2, memory_gb: 24 },
      versions: { node: '24.21.0', postgres: '18.4', kafka: '4.3.1', pg: '8.23.1', kafkajs: '2.2.4', typeorm: '1.1.1' },
      options: { rows: 20_000, seconds: 1, seed: 1, rate: 3_000, event_rate: 500, rounds: 3, connections: 128, events: 2_000 },
      figures: [
        { what: 'to COPY', unit: 'ratio', value: 0.5123, at_least: 1.3 },
        { what: 'p99 at 500/s, ms', unit: 'ms', value: null, at_most: 100 },
        { what: 'growth', unit: 'ratio', value: 1.07, at_most: 1.15 },
        { what: 'lost', unit: 'count', value: 0, at_most: 0 },
      ],
      sides: [
        { title: 'fold', per_second: 34_126, cpu_micros: { client: 9.84, postgres: 1_220 } },
        { title: 'elsewhere', per_second: null, cpu_micros: { service: null, postgres: 3 } },
      ],
      notes: ['COPY decides nothing.'],
    })
  })

  it('tells the size to measure at again', () => {
    expect(recordedOptions(recordedOfSome())).toEqual({
      rows: 20_000,
      seconds: 1,
      seed: 1,
      rate: 3_000,
      eventRate: 500,
      rounds: 3,
      connections: 128,
      events: 2_000,
    })
  })
})

describe('wrongCount', () => {
  const withLost = (value: number | null) => ({
    ...recordedOfSome(),
    figures: [...recordedOfSome().figures, { what: 'doubled', unit: 'count' as const, value, at_most: 0 }],
  })

  it.each([1, null])('finds what was doubled: %s', (value) => expect(wrongCount(withLost(value))).toMatchObject({ what: 'doubled', value }))

  it('finds nothing where only ratios and times miss their bars', () => expect(wrongCount(withLost(0))).toBeUndefined())
})

describe('withRecorded', () => {
  const one = recordedOfSome()

  it('replaces one part, in the order of the benchmarks, and drops what is no benchmark any more', () => {
    const two = { ...one, commit: 'other' }
    const all = withRecorded({ fold: one, gone: one, http: one }, ['http', 'ingest', 'fold'], 'fold', two)
    expect(Object.keys(all)).toEqual(['http', 'fold'])
    expect(all).toEqual({ http: one, fold: two })
  })
})

describe('the file', () => {
  let dir: string
  beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'laurel-results-'))))
  afterAll(() => rmSync(dir, { recursive: true }))

  it('is read as it was written; a missing one holds nothing', () => {
    const file = join(dir, 'bench', 'results.json')
    expect(readResults(file)).toEqual({})
    writeResults(file, { fold: recordedOfSome() })
    expect(readResults(file)).toEqual({ fold: recordedOfSome() })
    expect(readFileSync(file, 'utf8').endsWith('}\n')).toBe(true)
  })

  it.each([
    ['no figures', { ...recordedOfSome(), figures: undefined }],
    ['a figure without a bar', { ...recordedOfSome(), figures: [{ what: 'to COPY', unit: 'ratio', value: 1 }] }],
    ['an option that is no number', { ...recordedOfSome(), options: { rows: 'many' } }],
  ])('is refused with %s', (_, broken) => {
    const file = join(dir, 'broken.json')
    writeFileSync(file, JSON.stringify({ fold: broken }))
    expect(() => readResults(file)).toThrow('is broken at fold')
  })
})

describe('bench/results.json as committed', () => {
  const results = readResults(RESULTS_FILE)

  it('has every benchmark, with a ratio to guard in each', () => {
    expect(Object.keys(results)).toEqual(['http', 'ingest', 'fold', 'pipeline'])
    for (const { figures } of Object.values(results))
      expect(figures.some(({ unit, value }) => unit === 'ratio' && value !== null)).toBe(true)
  })

  it('names no host and no directory', () => {
    expect(readFileSync(RESULTS_FILE, 'utf8')).not.toMatch(/"\/|127\.0\.0\.1|localhost|hostname/)
  })

  it('is what README shows', () => {
    const page = readFileSync(README_FILE, 'utf8')
    expect(withFigures(page, results)).toBe(page)
  })
})
