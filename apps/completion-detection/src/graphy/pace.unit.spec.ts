import { Pace } from './pace'

const { signal } = new AbortController()
let now: number
let waits: number[]
const pace = () =>
  new Pace(
    10,
    () => now,
    async (ms) => void waits.push(ms),
  )
beforeEach(() => {
  now = 1_000
  waits = []
})

it('spreads calls that come at once', async () => {
  const paced = pace()
  for (let i = 0; i < 4; i++) await paced.turn(signal)
  expect(waits).toEqual([100, 200, 300])
})

it('lets a call through at once after a rest, and saves up nothing', async () => {
  const paced = pace()
  await paced.turn(signal)
  now += 10_000
  await paced.turn(signal)
  await paced.turn(signal)
  expect(waits).toEqual([100])
})

it('gives up when told', async () => {
  const paced = new Pace(0.001)
  await paced.turn(signal)
  await expect(paced.turn(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
})
