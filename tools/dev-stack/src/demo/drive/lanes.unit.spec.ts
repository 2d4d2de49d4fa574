import { Lanes } from './lanes'

const gate = () => Promise.withResolvers<void>()

it('keeps the order of a key and runs different keys at the same time, up to the limit', async () => {
  const lanes = new Lanes(2, 100)
  const gates = new Map(['a1', 'a2', 'b1', 'c1'].map((name) => [name, gate()]))
  const started: string[] = []
  for (const name of gates.keys()) {
    await lanes.push(name[0]!, async () => {
      started.push(name)
      await gates.get(name)!.promise
    })
  }
  expect(started).toEqual(['a1', 'b1'])
  gates.get('b1')!.resolve()
  await gates.get('b1')!.promise
  gates.get('c1')!.resolve()
  gates.get('a1')!.resolve()
  gates.get('a2')!.resolve()
  await lanes.drain()
  expect(started.indexOf('a1')).toBeLessThan(started.indexOf('a2'))
  expect([...started].sort()).toEqual(['a1', 'a2', 'b1', 'c1'])
})

it('makes the caller wait when too much waits', async () => {
  const lanes = new Lanes(1, 2)
  const first = gate()
  await lanes.push('a', () => first.promise)
  await lanes.push('a', async () => undefined)
  let pushed = false
  const third = lanes.push('a', async () => undefined).then(() => (pushed = true))
  await Promise.resolve()
  expect(pushed).toBe(false)
  first.resolve()
  await third
  await lanes.drain()
})

it('ends with the first error', async () => {
  const lanes = new Lanes(1, 100)
  let ran = false
  await lanes.push('a', () => Promise.reject(new Error('first')))
  await expect(lanes.drain()).rejects.toThrow('first')
  await expect(lanes.push('b', async () => void (ran = true))).rejects.toThrow('first')
  expect(ran).toBe(false)
})
