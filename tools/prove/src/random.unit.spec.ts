import { Random } from './random'

const draws = (seed: string) => {
  const random = new Random(seed)
  return Array.from({ length: 50 }, () => [random.integer(0, 9), random.uuid(), random.weighted({ a: 1, b: 2 })])
}

describe('Random', () => {
  it('draws the same for the same seed, and something else for another', () => {
    expect(draws('1')).toEqual(draws('1'))
    expect(draws('2')).not.toEqual(draws('1'))
  })

  it('draws every integer of a range and nothing beyond', () => {
    const random = new Random('range')
    expect(new Set(Array.from({ length: 500 }, () => random.integer(3, 6)))).toEqual(new Set([3, 4, 5, 6]))
  })

  it('draws by weight, and never what weighs nothing', () => {
    const random = new Random('weights')
    const drawn = Array.from({ length: 3_000 }, () => random.weighted({ rare: 1, often: 9, never: 0 }))
    const rare = drawn.filter((one) => one === 'rare').length
    expect(drawn).not.toContain('never')
    expect(rare).toBeGreaterThan(150)
    expect(rare).toBeLessThan(600)
  })

  it('shuffles without losing anything, and draws UUIDs of version 4', () => {
    const random = new Random('shuffle')
    const items = Array.from({ length: 100 }, (_, index) => index)
    const shuffled = random.shuffled(items)
    expect(shuffled).not.toEqual(items)
    expect(shuffled.sort((a, b) => a - b)).toEqual(items)
    expect(random.uuid()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  })
})
