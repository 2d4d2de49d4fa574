import { Arrivals } from './arrivals'

const arrivals = () => new Arrivals(Float64Array.of(10, 20, 30, 2_000), 1_000)

describe('Arrivals', () => {
  it('hands out what is due, each once, with the moment at which it was due', () => {
    const some = arrivals()
    expect(some.take(9)).toBeUndefined()
    expect([some.take(25), some.take(25), some.take(25)]).toEqual([10, 20, undefined])
    expect(some.take(900)).toBe(30)
  })

  it('gives up what nobody took while the patience lasted, and nothing else', () => {
    const some = arrivals()
    some.giveUpOld(1_020)
    expect(some.givenUp).toBe(1)
    expect(some.take(1_020)).toBe(20)
    some.giveUpOld(5_000)
    expect(some.givenUp).toBe(3)
    expect(some.take(5_000)).toBeUndefined()
  })

  it('gives up the rest at the end', () => {
    const some = arrivals()
    some.take(10)
    some.giveUpRest()
    expect(some.givenUp).toBe(3)
  })
})
