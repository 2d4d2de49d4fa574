import { underFault } from './under-fault'

const NEVER = new AbortController().signal

it('slow waits before the effect, until the sandbox closes', async () => {
  const effect = jest.fn()
  const closing = new AbortController()
  const call = underFault('slow', effect, { slowMs: 3_600_000, signal: closing.signal })
  closing.abort()
  await expect(call).rejects.toMatchObject({ name: 'AbortError' })
  expect(effect).not.toHaveBeenCalled()
})

it.each([
  ['none', 1, { kind: 'answered', answer: 'done' }],
  ['slow', 1, { kind: 'answered', answer: 'done' }],
  ['effect-then-hang', 1, { kind: 'silence' }],
  ['500', 0, { kind: 'refused', status: 500 }],
  ['429', 0, { kind: 'refused', status: 429 }],
  ['reset', 0, { kind: 'reset' }],
] as const)('%s has the effect %i times', async (mode, times, outcome) => {
  const effect = jest.fn(() => 'done')
  expect(await underFault(mode, effect, { slowMs: 0, signal: NEVER })).toEqual(outcome)
  expect(effect).toHaveBeenCalledTimes(times)
})
