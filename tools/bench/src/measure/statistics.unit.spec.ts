import { median, percentile, Samples } from './statistics'

describe('percentile', () => {
  const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1)

  it.each([
    [0, 1],
    [0.5, 50],
    [0.99, 99],
    [0.999, 100],
    [1, 100],
  ])('%d of 1..100 is %d', (part, value) => {
    expect(percentile(hundred, part)).toBe(value)
  })

  it('of nothing is no number', () => {
    expect(percentile([], 0.5)).toBeNaN()
  })
})

describe('median', () => {
  it.each([
    [[3, 1, 2], 2],
    [[10, 2, 4, 1], 3],
    [[7], 7],
  ])('of %j is %d', (values, middle) => {
    expect(median(values)).toBe(middle)
  })
})

describe('Samples', () => {
  it('keeps more than it had room for, and sorts by value', () => {
    const samples = new Samples()
    for (let i = 3_000; i > 0; i--) samples.add(i)
    expect(samples.length).toBe(3_000)
    expect([...samples.sorted()]).toEqual(Array.from({ length: 3_000 }, (_, index) => index + 1))
  })
})
