import { World } from '../seed/world'
import { Evidence } from './evidence'

describe('Evidence', () => {
  const evidence = new Evidence(new World(50_000, 1), 5_000)
  const all = Array.from({ length: evidence.count }, (_, index) => evidence.at(index))

  it('names each lesson once, none of which has a row', () => {
    expect(new Set(all.map(({ enrollment, lesson }) => `${enrollment}:${lesson}`)).size).toBe(5_000)
    expect(Math.min(...all.map(({ lesson }) => lesson))).toBe(50)
    expect(Math.max(...all.map(({ enrollment }) => enrollment))).toBe(999)
  })

  it('completes one of five', () => {
    const completing = all.filter(({ percentage }) => percentage === 100).length
    expect(completing / all.length).toBeCloseTo(0.2, 1)
    expect(evidence.completing).toBe(completing)
  })

  it('makes as many rows for several connections as for one', () => {
    const bytes = (chunks: Buffer[][]) => chunks.flat().reduce((sum, chunk) => sum + chunk.length, 0)
    // Each stream has its own 19 bytes of header and 2 of trailer.
    const whole = bytes(evidence.copyChunks(1))
    const parts = evidence.copyChunks(3)
    expect(bytes(parts)).toBe(whole + 2 * 21)
    expect(parts.map((part) => Math.round((3 * bytes([part])) / whole))).toEqual([1, 1, 1])
  })

  it('refuses more than there are lessons', () => {
    expect(() => new Evidence(new World(50_000, 1), 10_001)).toThrow('10001 events are too many for 50000 rows')
  })
})
