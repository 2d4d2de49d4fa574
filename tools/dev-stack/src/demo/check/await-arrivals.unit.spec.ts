import { awaitArrivals } from './await-arrivals'
import type { Figures } from './figures'
import type { Judged } from './judge'

const figures = (found: number): Figures => ({ expected: 9, found, missing: 9 - found, double: 0, unexpected: 0, problems: [] })
const judged = (found: number, repeats = 0): Judged => {
  const row = figures(found)
  return { completions: row, credentials: row, badges: row, statements: row, hrRecords: row, deadLetters: row, repeats, reasons: new Map() }
}

/** Looks see one state after the other, the last one for ever; time passes only while waiting and looking. */
async function run(states: Judged[], o: { allReadAfter?: number; lookMs?: number; longestMs?: number } = {}) {
  let now = 0
  let looks = 0
  const waits: number[] = []
  const last = await awaitArrivals({
    look: async () => {
      now += o.lookMs ?? 0
      return states[Math.min(looks++, states.length - 1)]!
    },
    onLook: () => undefined,
    allRead: async () => now >= (o.allReadAfter ?? 0),
    patience: { idleMs: 5_000, longestMs: o.longestMs ?? 60_000, settleMs: 2_000 },
    signal: AbortSignal.timeout(20_000),
    clock: {
      now: () => now,
      wait: async (ms) => {
        waits.push(ms)
        now += ms
      },
    },
  })
  return { last, looks, now, waits }
}

it('looks once more after everything has arrived, for doubles', async () => {
  const doubled = { ...judged(9), completions: { ...figures(9), double: 1 } }
  expect(await run([judged(3), judged(9), doubled])).toMatchObject({ last: doubled, looks: 3, waits: [500, 2_000] })
})

it('goes on while something changes, and gives up 5 seconds after the last change', async () => {
  const states = [...Array.from({ length: 8 }, (_, i) => judged(i)), judged(7, 1)]
  const { last, now } = await run(states.flatMap((state) => [state, state, state]))
  expect(last).toEqual(judged(7, 1))
  expect(now).toBe(8 * 3 * 500 + 5_000)
})

it('gives up after the longest time', async () => {
  const { now, last } = await run([judged(0), judged(1), judged(2), judged(3), judged(4)], { longestMs: 1_500 })
  expect([now, last]).toEqual([1_500, judged(3)])
})

it('waits until all was read before it takes arrival for the end', async () => {
  expect((await run([judged(9)], { allReadAfter: 1_500 })).waits).toEqual([500, 500, 500, 2_000])
})

it('gives up waiting for what is never read', async () => {
  expect((await run([judged(9)], { allReadAfter: Infinity })).now).toBe(5_000)
})

it('looks less often when looking takes long', async () => {
  expect((await run([judged(1), judged(9)], { lookMs: 1_000 })).waits[0]).toBe(4_000)
})
