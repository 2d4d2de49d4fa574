import { HIGH_PRIORITY, lanes } from './lanes'

const takes = (lane: { minPriority?: number; maxPriority?: number }, priority: number): boolean =>
  priority >= (lane.minPriority ?? 1) && priority <= (lane.maxPriority ?? 10)

describe('lanes', () => {
  it('keeps one of three workers for high priority and one for the rest', () => {
    const [high, any, rest] = lanes(3).map((lane) => [1, HIGH_PRIORITY - 1, HIGH_PRIORITY, 10].map((p) => takes(lane, p)))
    expect(high).toEqual([false, false, true, true])
    expect(any).toEqual([true, true, true, true])
    expect(rest).toEqual([true, true, false, false])
  })

  it.each([1, 2, 3, 8])('has %i workers when told so, and every priority is taken by one of them', (concurrency) => {
    const all = lanes(concurrency)
    expect(all).toHaveLength(concurrency)
    for (let priority = 1; priority <= 10; priority++) expect(all.some((lane) => takes(lane, priority))).toBe(true)
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses a concurrency of %p', (concurrency) => {
    expect(() => lanes(concurrency)).toThrow(RangeError)
  })
})
