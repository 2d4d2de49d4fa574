import { poissonSchedule } from './poisson'
import { randomFrom } from './random'

describe('poissonSchedule', () => {
  const due = poissonSchedule(1_000, 20, randomFrom('seed'))
  const gaps = [...due].map((at, index) => at - (due[index - 1] ?? 0))

  it('has about as many as the rate says, in order, within the time', () => {
    expect(due.length).toBeGreaterThan(19_400)
    expect(due.length).toBeLessThan(20_600)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0)
    expect(due.at(-1)).toBeLessThan(20_000)
  })

  it('has the gaps of independent arrivals: their spread is their mean, and e⁻¹ of them are longer than it', () => {
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const spread = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
    expect(spread / mean).toBeCloseTo(1, 1)
    expect(gaps.filter((gap) => gap > mean).length / gaps.length).toBeCloseTo(Math.exp(-1), 1)
  })

  it('is the same for the same seed and another for another', () => {
    expect(poissonSchedule(1_000, 20, randomFrom('seed'))).toEqual(due)
    expect(poissonSchedule(1_000, 20, randomFrom('other'))).not.toEqual(due)
  })
})
