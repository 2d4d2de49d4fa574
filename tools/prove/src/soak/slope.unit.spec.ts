import { Random } from '../random'
import { floors, judgeSlope, slopeOf, type Sample } from './slope'

const EVERY_HOURS = 30 / 3_600
const line = (count: number, at: (hours: number) => number): Sample[] =>
  Array.from({ length: count }, (_, i) => ({ hours: i * EVERY_HOURS, value: at(i * EVERY_HOURS) }))

describe('slopeOf', () => {
  it('finds the slope of a line, without an error', () => {
    const slope = slopeOf(line(20, (hours) => 100 + 40 * hours))!
    expect(slope.perHour).toBeCloseTo(40)
    expect(slope.error).toBeCloseTo(0)
  })

  it('says nothing of less than five samples or of one moment', () => {
    expect(slopeOf(line(4, () => 1))).toBeNull()
    expect(slopeOf(Array.from({ length: 9 }, () => ({ hours: 1, value: 2 })))).toBeNull()
  })

  it('is less sure of what wanders slowly than of what jumps', () => {
    const jumping = slopeOf(line(40, (hours) => (Math.round(hours / EVERY_HOURS) % 2 === 0 ? 1 : -1)))!
    const wandering = slopeOf(line(40, (hours) => (Math.round(hours / EVERY_HOURS / 10) % 2 === 0 ? 1 : -1)))!
    expect(wandering.error).toBeGreaterThan(2 * jumping.error)
  })
})

it('floors keep the smallest of each stretch', () => {
  const samples = [5, 3, 4, 9, 8, 7].map((value, i) => ({ hours: i / 10, value }))
  expect(floors(samples, 0.3).map(({ value }) => value)).toEqual([3, 7])
})

describe('judgeSlope', () => {
  const noisy = (count: number, perHour: number, noise: number) => {
    const random = new Random('noise')
    return slopeOf(line(count, (hours) => 150 + perHour * hours + noise * (random.fraction() - 0.5)))
  }

  it('calls a quarter of an hour of noisy but level memory flat, and a leak a leak', () => {
    expect(judgeSlope(noisy(30, 0, 4), 20)).toBe('flat')
    expect(judgeSlope(noisy(30, 200, 4), 20)).toBe('rises')
  })

  it('does not judge what is too short or too noisy, unless the leak is plain', () => {
    expect(judgeSlope(noisy(6, 0, 4), 20)).toBe('not judged')
    expect(judgeSlope(null, 20)).toBe('not judged')
    expect(judgeSlope(noisy(8, 4_000, 4), 20)).toBe('rises')
  })

  it('does not call flat what lies just above what is allowed', () => {
    expect(judgeSlope({ perHour: 25, error: 2 }, 20)).toBe('not judged')
    expect(judgeSlope({ perHour: 27, error: 2 }, 20)).toBe('rises')
  })
})
