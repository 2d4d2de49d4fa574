import type { Figures } from '../check/figures'
import type { Judged } from '../check/judge'
import type { Speed } from '../check/latency'
import { everything, inputFiles, removeInputFiles, row, uuid } from '../input-files.fixture'
import { loadCohort } from '../model/cohort'
import { toJson, toTable } from './outcome'
import { ProgressBar } from './progress-bar'
import { reasonOf } from './reason'
import { table, thousands } from './table'

const exact = (expected: number): Figures => ({ expected, found: expected, missing: 0, double: 0, unexpected: 0, problems: [] })
const judged: Judged = {
  completions: exact(255),
  credentials: exact(255),
  badges: exact(255),
  statements: exact(9_193),
  hrRecords: exact(255),
  deadLetters: exact(20),
  repeats: 0,
  reasons: new Map([['header ce_id is missing', 2]]),
}
const speed: Speed = { toCompleted: { p50: 12.4, p99: 1_234 }, toCredential: { p50: null, p99: null }, eventsPerSecond: 4_321.6 }

afterAll(removeInputFiles)

describe('table', () => {
  it('aligns names to the left and numbers to the right', () => {
    expect(table(['', 'found'], [['a long name', 1_234_567], ['b', 1], ['c']])).toEqual([
      '┌─────────────┬───────────┐',
      '│             │     found │',
      '├─────────────┼───────────┤',
      '│ a long name │ 1 234 567 │',
      '│ b           │         1 │',
      '│ c           │           │',
      '└─────────────┴───────────┘',
    ])
  })

  it.each([
    [0, '0'],
    [999, '999'],
    [1_000, '1 000'],
    [12_345.6, '12 346'],
  ])('writes %p as %p', (value, text) => {
    expect(thousands(value)).toBe(text)
  })
})

describe('the outcome', () => {
  const outcome = async () => ({
    ok: true,
    cohort: await loadCohort(await inputFiles({ rows: [row(uuid(101, '1'))], events: everything(uuid(101, '1')) })),
    judged,
    speed,
  })

  it('is a table for people', async () => {
    const lines = toTable(await outcome())
    expect(lines[0]).toBe('events in: 3 (3 by Kafka, 0 by REST, 0 malformed), enrollments: 1')
    expect(lines).toContain('│ xAPI statements  │    9 193 │ 9 193 │       0 │      0 │          0 │')
    expect(lines).toContain('last lesson to course.completed: p50 12 ms, p99 1 234 ms')
    expect(lines).toContain('last lesson to credential.issued: –')
    expect(lines.at(-1)).toBe('  2 × header ce_id is missing')
  })

  it('is JSON in snake_case for programs', async () => {
    const json = toJson({ ...(await outcome()), ok: false, reason: 'why' })
    expect(json).toMatchObject({
      ok: false,
      reason: 'why',
      events_in: 3,
      completions: { expected: 255, found: 255, missing: 0, double: 0, unexpected: 0, repeats: 0 },
      statements: { expected: 9_193 },
      hr_records: { found: 255 },
      dead_letters: { found: 20, reasons: { 'header ce_id is missing': 2 } },
      events_per_second: 4_321.6,
      last_lesson_to_course_completed_ms: { p50: 12.4, p99: 1_234 },
      last_lesson_to_credential_ms: { p50: null, p99: null },
    })
    expect(Object.keys(json).filter((name) => !/^[a-z_]+$/.test(name))).toEqual([])
  })
})

describe('reasonOf', () => {
  const missing = { ...exact(9), found: 2, missing: 7, problems: Array.from({ length: 7 }, (_, i) => `missing: learner ${i}`) }

  it('sums up, gives 5 examples of the first trouble and 2 of the others', () => {
    const lines = reasonOf({ ...judged, completions: missing, hrRecords: { ...missing, double: 1 } }, [], []).split('\n')
    expect(lines[0]).toBe('completions: 7 missing; HR records: 7 missing; HR records: 1 double')
    expect(lines.slice(1)).toEqual([
      ...[0, 1, 2, 3, 4].map((i) => `  completions: missing: learner ${i}`),
      '  HR records: missing: learner 0',
      '  HR records: missing: learner 1',
    ])
  })

  it('names refused calls, broken records and wrong content', () => {
    const reason = reasonOf(
      { ...judged, completions: { ...exact(9), problems: ['score 1 instead of 2'] } },
      ['PATCH answered 422'],
      ['course.completed[1]@2 breaks its contract'],
    )
    expect(reason.split('\n')).toEqual([
      'completions: wrong content; REST calls refused: 1; records that break their contract: 1',
      '  PATCH answered 422',
      '  course.completed[1]@2 breaks its contract',
      '  completions: score 1 instead of 2',
    ])
  })
})

describe('ProgressBar', () => {
  function bar(isTTY: boolean) {
    const [written, logged] = [[] as string[], [] as string[]]
    let now = 0
    const progress = new ProgressBar({
      screen: { isTTY, columns: 60, write: (text) => written.push(text) },
      log: (line) => logged.push(line),
      now: () => now,
    })
    return { written, logged, progress, at: (time: number) => (now = time) }
  }

  it('redraws one line on a terminal, within its width', () => {
    const { written, logged, progress, at } = bar(true)
    progress.update('sending a lot of events to wherever they belong', 1, 2)
    at(50)
    progress.update('too soon', 1, 2)
    at(150)
    progress.update('x', 2, 2)
    progress.clear()
    expect(logged).toEqual([])
    expect(written).toHaveLength(3)
    expect(written[0]).toHaveLength('\r\u001b[2K'.length + 59)
    expect(written[0]).toContain(`${'█'.repeat(15)}${'░'.repeat(15)}  50 % sending`)
    expect(written[2]).toBe('\r\u001b[2K')
  })

  it('logs a line every 5 seconds elsewhere', () => {
    const { written, logged, progress, at } = bar(false)
    for (let time = 0; time <= 12_000; time += 1_000) {
      at(time)
      progress.update(`at ${time}`, time, 12_000)
    }
    progress.clear()
    expect(written).toEqual([])
    expect(logged.map((line) => line.replace(/.*% /, ''))).toEqual(['at 0', 'at 5000', 'at 10000'])
  })
})
