import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EffectLog } from './effect-log'

let dir: string
let path: string
let log: EffectLog

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'laurel-log-'))
  path = join(dir, 'log.jsonl')
  log = await EffectLog.open(path)
})
afterEach(() => {
  log.close()
  rmSync(dir, { recursive: true })
})

const reopen = async () => {
  log.close()
  log = await EffectLog.open(path)
}
const listing = async (withBody: boolean): Promise<unknown> => {
  let text = ''
  for await (const chunk of log.list({ withBody })) text += chunk
  return JSON.parse(text)
}

// Line separators and a body that looks like the marker before a body must not confuse the reader.
const AWKWARD = { text: 'é\u2028\n","body":', nested: { body: [null, 1] } }

it('finds effects by key and by alias, after reopening too', async () => {
  log.record([
    { key: 'a,"body":', alias: 'other', digest: 'd', body: AWKWARD },
    { key: 'b', body: 2 },
  ])
  for (const step of ['recorded', 'reopened']) {
    if (step === 'reopened') await reopen()
    expect(log.find('a,"body":')).toMatchObject({ digest: 'd' })
    expect(log.body(log.find('other')!)).toEqual(AWKWARD)
    expect(log.body(log.find('b')!)).toBe(2)
    expect(log.find('c')).toBeUndefined()
  }
})

it('lists key, time and body, or key and time alone, in the order of recording', async () => {
  log.record([{ key: 'a', digest: 'd', body: AWKWARD }])
  await reopen()
  log.record([{ key: 'b', body: {} }])
  const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+\.\d{3}Z$/)
  expect(await listing(true)).toEqual([
    { key: 'a', at, body: AWKWARD },
    { key: 'b', at, body: {} },
  ])
  expect(await listing(false)).toEqual([
    { key: 'a', at },
    { key: 'b', at },
  ])
})

it('lists nothing as an empty array', async () => {
  expect(await listing(true)).toEqual([])
  expect(await listing(false)).toEqual([])
})

it('lists lines that cross the chunks of the reader', async () => {
  const effects = Array.from({ length: 6000 }, (_, i) => ({ key: `k${i}`, body: 'ü'.repeat(i % 200) }))
  log.record(effects)
  const listed = (await listing(true)) as { key: string; body: unknown }[]
  expect(listed.map(({ key, body }) => ({ key, body }))).toEqual(effects)
  expect(await listing(false)).toHaveLength(6000)
})

it('keeps a repeated key twice in the list and finds the latest', async () => {
  log.record([{ key: 'a', body: 1 }])
  log.record([{ key: 'a', body: 2 }])
  expect(await listing(false)).toHaveLength(2)
  expect(log.body(log.find('a')!)).toBe(2)
})

it('cuts off a last line that a crash left incomplete, and goes on after it', async () => {
  log.record([{ key: 'a', body: 1 }])
  appendFileSync(path, '{"key":"torn","at":1,"bo')
  await reopen()
  log.record([{ key: 'b', body: 2 }])
  await reopen()
  expect(log.all().map(({ key }) => key)).toEqual(['a', 'b'])
  expect(log.body(log.find('b')!)).toBe(2)
})

it('refuses to write beside another process', () => {
  appendFileSync(path, '{}\n')
  expect(() => log.record([{ key: 'a', body: 1 }])).toThrow('another process')
  expect(log.find('a')).toBeUndefined()
})

it('forgets all in a wipe, for later processes too, while a listing under way ends as it began', async () => {
  log.record([
    { key: 'a', body: 'x'.repeat(600_000) },
    { key: 'b', body: 2 },
  ])
  const list = log.list({ withBody: true })
  let text = (await list.next()).value as string
  log.wipe()
  log.record([{ key: 'c', body: 3 }])
  for await (const chunk of list) text += chunk
  expect((JSON.parse(text) as { key: string }[]).map(({ key }) => key)).toEqual(['a', 'b'])
  await reopen()
  expect(log.find('a')).toBeUndefined()
  expect(log.body(log.find('c')!)).toBe(3)
})
