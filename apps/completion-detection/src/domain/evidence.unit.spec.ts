import fc from 'fast-check'
import { evidenceOf, unknownAmong } from './evidence'
import { decodeLog, encodeLog, type Observation } from './evidence-log'
import { attempt, lesson, rule } from './rule.fixture'

const observation: fc.Arbitrary<Observation> = fc.record({
  ordinal: fc.nat({ max: 32_767 }),
  at: fc.nat({ max: Date.UTC(2200, 0) }),
  score: fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
  receivedAt: fc.nat({ max: Date.UTC(2200, 0) }),
  partition: fc.nat({ max: 65_535 }),
  offset: fc.nat({ max: 2 ** 48 - 1 }),
})

describe('the log of evidence', () => {
  it('gives back what was written, joined pieces in their order', () => {
    fc.assert(
      fc.property(fc.array(observation), fc.array(observation), (some, more) => {
        expect(decodeLog(Buffer.concat([encodeLog(some), encodeLog(more)]))).toEqual([...some, ...more])
      }),
    )
  })

  it('refuses an ordinal that has no room', () => {
    expect(() => encodeLog([{ ...lesson('a'), ordinal: 32_768 }])).toThrow(RangeError)
  })
})

describe('evidenceOf', () => {
  const deed = fc.oneof(
    fc.record({ id: fc.constantFrom('a', 'b', 'extra'), at: fc.nat({ max: 9 }) }).map(({ id, at }) => lesson(id, at)),
    fc.record({ score: fc.constantFrom(0, 69.9, 70, 95), at: fc.nat({ max: 9 }) }).map(({ score, at }) => attempt(score, at)),
  )
  const read = (observations: readonly Observation[]) => {
    const { doneAt, bestScore } = evidenceOf(rule, observations)
    return rule.items.map((_, ordinal) => [doneAt(ordinal), bestScore(ordinal)])
  }

  it('takes the earliest lesson, the earliest attempt that passed and the best score', () => {
    expect(read([lesson('a', 5), lesson('a', 3), attempt(95, 8), attempt(69.9, 1), attempt(70, 6)])).toEqual([
      [3, null],
      [null, null],
      [null, null],
      [6, 95],
    ])
  })

  it('is the same in any order and with any repetition, also of what is merged in between', () => {
    const story = fc
      .array(deed, { maxLength: 12 })
      .chain((deeds) => fc.tuple(fc.constant(deeds), fc.shuffledSubarray([...deeds, ...deeds], { minLength: deeds.length * 2 })))
    fc.assert(
      fc.property(story, fc.nat({ max: 12 }), ([deeds, shuffled], split) => {
        const first = unknownAmong([], shuffled.slice(0, split))
        const merged = [...first, ...unknownAmong(first, shuffled.slice(split))]
        expect(read(merged)).toEqual(read(deeds))
        expect(new Set(merged.map((one) => `${one.ordinal} ${one.at} ${one.score}`)).size).toBe(merged.length)
      }),
    )
  })
})
