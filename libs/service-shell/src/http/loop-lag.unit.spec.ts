import { LoopLag } from './loop-lag'

const LIMIT = 50

/** A loop whose turns begin at these times; it was to begin one every 10 ms. */
function turning(...turns: number[]): LoopLag {
  const lag = new LoopLag(LIMIT, 0)
  for (const at of turns) lag.turned(at)
  return lag
}

it('is not behind while turns begin in time, or a little later', () => {
  expect(turning(10, 20, 80, 140, 200).isBehind(210)).toBe(false)
})

it('is not behind after one late turn', () => {
  const lag = turning(10, 20, 120)
  expect(lag.isBehind(125)).toBe(false)
  lag.turned(130)
  expect(lag.isBehind(240)).toBe(false)
})

it('is behind when every turn of the interval was late', () => {
  expect(turning(10, 90, 170).isBehind(175)).toBe(true)
})

it('is behind within a turn that does not end', () => {
  const lag = turning(10)
  expect(lag.isBehind(160)).toBe(false)
  expect(lag.isBehind(161)).toBe(true)
})

it('is well again with the first turn in time', () => {
  const lag = turning(10, 90, 170, 250)
  expect(lag.isBehind(251)).toBe(true)
  lag.turned(265)
  expect(lag.isBehind(266)).toBe(false)
})
