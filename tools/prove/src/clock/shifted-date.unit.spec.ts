import { shiftDate } from './shifted-date'

describe('shiftDate', () => {
  const HOUR = 3_600_000
  const RealDate = globalThis.Date
  let offset = 0
  let scope: { Date: DateConstructor }

  beforeEach(() => {
    offset = 0
    // A class of its own, so that jest's Date stays as it is.
    scope = { Date: class extends RealDate {} as DateConstructor }
    shiftDate(scope, () => offset)
  })

  const isAhead = (told: number, by: number) => {
    expect(told - by).toBeGreaterThan(RealDate.now() - 60_000)
    expect(told - by).toBeLessThan(RealDate.now() + 60_000)
  }

  it('tells the shifted time in every way, and follows a step at once', () => {
    const { Date } = scope
    for (const by of [HOUR, -HOUR, 0]) {
      offset = by
      isAhead(Date.now(), by)
      isAhead(new Date().getTime(), by)
      isAhead(RealDate.parse(Date()), by)
    }
  })

  it('leaves given times, what was read before and the other members alone', () => {
    const { Date } = scope
    offset = HOUR
    const read = new Date()
    const before = read.getTime()
    offset = -HOUR
    expect(read.getTime()).toBe(before)
    expect(new Date(5).getTime()).toBe(5)
    expect(new Date('2026-01-02T03:04:05.678Z').toISOString()).toBe('2026-01-02T03:04:05.678Z')
    expect(new Date(2026, 0).getFullYear()).toBe(2026)
    expect(Date.UTC(1970, 0, 1, 0, 0, 1)).toBe(1_000)
    expect(Date.parse('1970-01-01T00:00:01Z')).toBe(1_000)
  })

  it('makes dates that are dates', () => {
    const { Date } = scope
    const made = new Date()
    expect(made).toBeInstanceOf(Date)
    expect(made).toBeInstanceOf(RealDate)
    expect(made.constructor).toBe(Date)
    expect(Object.prototype.toString.call(made)).toBe('[object Date]')
  })
})
