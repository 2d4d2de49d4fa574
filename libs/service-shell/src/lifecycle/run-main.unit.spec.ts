import { ConfigError, runMain } from '..'

async function outcomeOf(main: () => Promise<unknown>) {
  const [written, codes] = [[] as string[], [] as number[]]
  const stderr = { write: (text: string) => written.push(text) }
  await runMain(main, { stderr, exit: (code) => codes.push(code) })
  return { written: written.join(''), codes }
}

it('leaves a main that succeeds running', async () => {
  expect(await outcomeOf(async () => 'started')).toEqual({ written: '', codes: [] })
})

it('writes a ConfigError as one message without a stack, and exits 1', async () => {
  const { written, codes } = await outcomeOf(() => Promise.reject(new ConfigError(['PORT is not set', 'HOST is wrong'])))
  expect(written).toBe('The configuration is not complete:\n  - PORT is not set\n  - HOST is wrong\n')
  expect(codes).toEqual([1])
})

it('writes another error with its stack, without secrets, and exits 1', async () => {
  const { written, codes } = await outcomeOf(async () => {
    throw new Error('cannot reach postgres://progress:hush@127.0.0.1/laurel')
  })
  expect(written).toMatch(/^Error: cannot reach postgres:\/\/\[redacted\]@127\.0\.0\.1\/laurel\n +at /)
  expect(codes).toEqual([1])
})
