import fc from 'fast-check'
import { cycleAt, cycleStart } from './cycle'

const starts = [1, 2, 3].map((cycle) => ({ cycle, startedAt: new Date((cycle - 1) * 100) }))

it.each([
  [0, 1],
  [99, 1],
  [100, 2],
  [199, 2],
  [200, 3],
  [10_000, 3],
])('what happened at %i belongs to cycle %i', (time, cycle) => {
  expect(cycleAt(starts, new Date(time))).toBe(cycle)
  expect(cycleAt(starts.toReversed(), new Date(time))).toBe(cycle)
})

it('has no cycle for a time before the first', () => {
  expect(() => cycleAt(starts.slice(1), new Date(99))).toThrow(RangeError)
})

it('begins now, but after everything that was before', () => {
  expect(cycleStart(new Date(50), [new Date(7), null])).toEqual(new Date(50))
  expect(cycleStart(new Date(50), [new Date(7), new Date(50), null])).toEqual(new Date(51))
  const time = fc.date({ min: new Date(0), max: new Date(1_000), noInvalidDate: true })
  fc.assert(
    fc.property(time, fc.array(fc.option(time)), (now, before) => {
      const start = cycleStart(now, before)
      expect(start >= now && before.every((one) => one === null || one < start)).toBe(true)
      expect([now.getTime(), ...before.map((one) => (one?.getTime() ?? 0) + 1)]).toContain(start.getTime())
    }),
  )
})
