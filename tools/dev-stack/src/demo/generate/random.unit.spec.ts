import { Random } from './random'

describe('Random', () => {
  it('gives the same numbers for the same seed and others for another', () => {
    const numbers = (seed: string) => {
      const random = new Random(seed)
      return Array.from({ length: 5 }, () => random.bits())
    }
    expect(numbers('a')).toEqual(numbers('a'))
    expect(numbers('a')).not.toEqual(numbers('b'))
  })

  it('stays within the bounds and reaches both', () => {
    const random = new Random('bounds')
    const seen = new Set(Array.from({ length: 500 }, () => random.integer(3, 6)))
    expect([...seen].sort()).toEqual([3, 4, 5, 6])
  })

  it('makes lower-case UUIDs of version 4', () => {
    const random = new Random('uuid')
    for (let i = 0; i < 50; i++) expect(random.uuid()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  })

  it('shuffles without losing anything', () => {
    const items = Array.from({ length: 50 }, (_, i) => i)
    const shuffled = new Random('shuffle').shuffled(items)
    expect(shuffled).not.toEqual(items)
    expect(shuffled.sort((a, b) => a - b)).toEqual(items)
  })
})
