import { randomUUID } from 'node:crypto'
import { RecordingLrs } from '../../fixtures/recording-lrs'
import type { UnsentStatement } from '../persistence/statement-store'
import { LearningRecordStore, type LearningRecordStoreOptions } from './learning-record-store'

const lrs = new RecordingLrs()
beforeAll(() => lrs.start())
afterAll(() => lrs.stop())

let store: LearningRecordStore
const never = new AbortController().signal
const open = (options: Partial<LearningRecordStoreOptions> = {}) => {
  store = new LearningRecordStore({ url: lrs.url, username: 'laurel', password: 'pä:ss', timeoutMs: 2_000, ...options })
}
const statement = (): UnsentStatement => {
  const statementId = randomUUID()
  return { statementId, body: JSON.stringify({ id: statementId }) }
}

beforeEach(() => open())
afterEach(async () => {
  lrs.misbehave = null
  lrs.calls.length = 0
  await store.close()
})

it('posts the batch as one JSON array, with the version and the credentials that xAPI asks for', async () => {
  const batch = [statement(), statement()]
  expect(await store.store(batch, never)).toEqual({ kind: 'stored' })
  expect(lrs.calls).toMatchObject([
    {
      method: 'POST',
      path: '/lrs/statements',
      headers: {
        'content-type': 'application/json',
        'x-experience-api-version': '1.0.3',
        authorization: `Basic ${Buffer.from('laurel:pä:ss').toString('base64')}`,
      },
      statements: batch.map(({ statementId }) => ({ id: statementId })),
    },
  ])
})

it('may send the same batch again', async () => {
  const batch = [statement()]
  await store.store(batch, never)
  expect(await store.store(batch, never)).toEqual({ kind: 'stored' })
  expect(lrs.stored.has(batch[0]!.statementId)).toBe(true)
})

it('tells what the store refuses and why', async () => {
  const batch = [statement()]
  lrs.bad.add(batch[0]!.statementId)
  expect(await store.store(batch, never)).toEqual({
    kind: 'refused',
    status: 400,
    reason: `answered 400: statement ${batch[0]!.statementId} is bad`,
  })
})

it('honours Retry-After', async () => {
  lrs.misbehave = (_call, response) => void response.writeHead(429, { 'retry-after': '3' }).end()
  expect(await store.store([statement()], never)).toEqual({ kind: 'later', delayMs: 3_000 })
})

it.each<[string, RecordingLrs['misbehave'], string]>([
  ['a 500', (_call, response) => void response.writeHead(500).end(), 'answered 500'],
  ['a reset', (_call, response) => response.socket!.resetAndDestroy(), ''],
  [
    'an answer that breaks off',
    (_call, response) => void response.writeHead(200, { 'content-length': '100' }).write('[', () => response.destroy()),
    '',
  ],
  ['an answer without end', (_call, response) => flood(response), 'longer than 1048576 bytes'],
  ['a page instead of ids', (_call, response) => void response.writeHead(200).end('<html>'), 'LRS_URL'],
])('cannot tell what became of a batch after %s', async (_what, misbehave, reason) => {
  lrs.misbehave = misbehave
  expect(await store.store([statement()], never)).toEqual({ kind: 'unavailable', reason: expect.stringContaining(reason) })
})

it('gives up a call that hangs, though its effect is there', async () => {
  open({ timeoutMs: 1_000 })
  lrs.misbehave = (_call, _response, effect) => effect()
  const batch = [statement()]
  expect(await store.store(batch, never)).toEqual({ kind: 'unavailable', reason: 'no answer within 1000 ms' })
  expect(lrs.stored.has(batch[0]!.statementId)).toBe(true)
})

it('breaks off a call when it is told to', async () => {
  const cancel = new AbortController()
  lrs.misbehave = () => cancel.abort()
  expect(await store.store([statement()], cancel.signal)).toMatchObject({ kind: 'unavailable' })
})

it('does not follow a redirect: the credentials stay with the address they are for', async () => {
  lrs.misbehave = (_call, response) => void response.writeHead(307, { location: `${lrs.url}/elsewhere` }).end()
  expect(await store.store([statement()], never)).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('LRS_URL') })
  expect(lrs.calls).toHaveLength(1)
})

it('says unavailable when nobody listens', async () => {
  open({ url: 'http://127.0.0.1:1/lrs' })
  expect(await store.store([statement()], never)).toMatchObject({ kind: 'unavailable' })
})

describe('the breaker', () => {
  it('opens after outages in a row and then spares the store', async () => {
    open({ breaker: { outages: 3, openMs: 60_000 } })
    lrs.misbehave = (_call, response) => void response.writeHead(503).end()
    for (let i = 0; i < 5; i++) expect(await store.store([statement()], never)).toMatchObject({ kind: 'unavailable' })
    expect(store.breakerState).toBe('open')
    expect(lrs.calls).toHaveLength(3)
  })

  it('closes when a call gets through again', async () => {
    open({ breaker: { outages: 1, openMs: 1 } })
    lrs.misbehave = (_call, response) => void response.writeHead(503).end()
    await store.store([statement()], never)
    expect(store.breakerState).toBe('open')
    lrs.misbehave = null
    let answer = await store.store([statement()], never)
    while (answer.kind !== 'stored') answer = await store.store([statement()], never)
    expect(store.breakerState).toBe('closed')
  })

  it.each([400, 409, 413, 429])('stays closed for a %d: the store is well', async (status) => {
    open({ breaker: { outages: 1, openMs: 60_000 } })
    lrs.misbehave = (_call, response) => void response.writeHead(status).end()
    await store.store([statement()], never)
    expect(store.breakerState).toBe('closed')
  })
})

function flood(response: Parameters<NonNullable<RecordingLrs['misbehave']>>[1]): void {
  response.writeHead(200)
  const more = () => void (response.destroyed || response.write('x'.repeat(65_536), more))
  more()
}
