import { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { Body, Controller, Post } from '@nestjs/common'
import { call, deferred, eventually, json, startTestService, type Deferred, type TestService } from '../../fixtures/boot'
import { Iam } from '../../fixtures/iam'
import { RawClient } from '../../fixtures/raw-client'
import { Public, StreamedBody } from '..'
import { ProblemFilter } from '../problem/problem-filter'
import type { HttpLimits } from './http-server'

const MEGABYTES = 'a,b\n'.repeat(1_000_000)

/** What the handlers of one test saw and wait for. */
let seen: { first: Deferred<string>; gate: Promise<void>; failed: Deferred<unknown> }

async function read(body: Readable): Promise<{ bytes: number; isRaw: boolean }> {
  let bytes = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length
      seen.first.resolve(chunk.toString())
      await seen.gate
    }
  } catch (error) {
    seen.failed.resolve(error)
    throw error
  }
  return { bytes, isRaw: body instanceof IncomingMessage }
}

@Controller('/api')
class ImportController {
  @Post('imports')
  @Public()
  @StreamedBody('text/csv', 'application/x-ndjson')
  open(@Body() body: Readable): Promise<object> {
    return read(body)
  }

  @Post('closed')
  @StreamedBody('text/csv')
  closed(@Body() body: Readable): Promise<object> {
    return read(body)
  }

  @Post('json')
  @Public()
  json(@Body() body: object): object {
    return body
  }
}

let iam: Iam
let service: TestService
beforeAll(async () => {
  iam = await Iam.start()
})
afterAll(() => iam.down())
const filtered = jest.spyOn(ProblemFilter.prototype, 'catch')
beforeEach(() => {
  filtered.mockClear()
  seen = { first: deferred<string>(), gate: Promise.resolve(), failed: deferred<unknown>() }
})
afterEach(() => service.close())

async function start(limits: HttpLimits = {}): Promise<void> {
  service = await startTestService([ImportController], { bodyLimitBytes: 2_048, ...limits, config: { iam: iam.config } })
}

const post = (path: string, body: RequestInit['body'], type?: string) =>
  call(`${service.url}${path}`, { method: 'POST', body, headers: type === undefined ? {} : { 'content-type': type } })
const csv = { 'content-type': 'text/csv' }

describe('a route for streams', () => {
  beforeEach(() => start())

  it.each(['text/csv', 'TEXT/CSV; charset=utf-8', 'application/x-ndjson'])('takes %s of any size', async (type) => {
    const { status, body } = await post('/api/imports', MEGABYTES, type)
    expect({ status, body }).toEqual({ status: 201, body: { bytes: MEGABYTES.length, isRaw: true } })
  })

  it('takes an empty body', async () => {
    expect((await post('/api/imports', '', 'text/csv')).body).toMatchObject({ bytes: 0 })
  })

  it('hands a body over while it is still being sent', async () => {
    const client = await RawClient.to(service.url)
    client.post('/api/imports', csv, 6, 'a,b')
    expect(await seen.first.promise).toBe('a,b')
    client.send('\n1,')
    expect(await client.receives(/\}$/)).toContain('{"bytes":6,"isRaw":true}')
  })

  it.each([['application/json'], ['text/plain'], ['text/csvx'], [';'], [undefined]])('refuses %s with a 415', async (type) => {
    const { status, type: answered, body } = await post('/api/imports', new TextEncoder().encode('{}'), type)
    expect({ status, answered }).toEqual({ status: 415, answered: 'application/problem+json' })
    expect(body.detail).toBe('the body must be sent with content-type text/csv or application/x-ndjson')
    expect((await post('/api/closed', '{}\n', 'application/x-ndjson')).body.detail).toMatch(/content-type text\/csv$/)
  })

  it('refuses a request without a body with a 415', async () => {
    expect((await call(`${service.url}/api/imports`, { method: 'POST' })).status).toBe(415)
  })

  it('leaves other routes to JSON alone, and unknown routes unknown', async () => {
    const { status, body } = await post('/api/json', 'a,b', 'text/csv')
    expect({ status, detail: body.detail }).toEqual({ status: 415, detail: 'the body must be sent with content-type application/json' })
    expect((await post('/api/none', 'a,b', 'text/csv')).status).toBe(404)
    expect((await call(`${service.url}/api/json`, json('POST', { a: 'x'.repeat(2_048) }))).status).toBe(413)
  })
})

describe('time', () => {
  /** Longer than a busy machine takes to run the guards; they must be through by then. */
  beforeEach(() => start({ requestTimeoutMs: 400 }))

  /** Resolves when the request timeout has passed since now: a client that sends too slowly was cut off. */
  async function timeoutPasses(): Promise<void> {
    const slow = await RawClient.to(service.url)
    slow.post('/api/json', { 'content-type': 'application/json' }, 10, '{')
    expect(await slow.receives(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n[^]*application\/problem\+json/)
    await slow.closed
  }

  it('is short for a head and for a JSON body', async () => {
    const slow = await RawClient.to(service.url)
    slow.send('POST /api/json HTTP/1.1\r\nhost:')
    await slow.receives(/^HTTP\/1\.1 408 /)
    await timeoutPasses()
  })

  it('is what a stream may take, as long as it goes on', async () => {
    const client = await RawClient.to(service.url)
    client.post('/api/imports', csv, null)
    let isOver = false
    void timeoutPasses().then(() => (isOver = true))
    let sent = 0
    // One byte at a time, each when the handler has the one before: never silent, but longer than the timeout.
    for (; !isOver; sent += 1) {
      seen.first = deferred<string>()
      client.send('1\r\na\r\n')
      await seen.first.promise
    }
    client.send('0\r\n\r\n')
    expect(await client.receives(/\}$/)).toContain(`{"bytes":${sent},`)
  })

  it('is short again for the next request on the connection', async () => {
    const client = await RawClient.to(service.url)
    client.post('/api/imports', csv, 3, 'a,b')
    await client.receives(/\}$/)
    client.post('/api/json', { 'content-type': 'application/json' }, 10, '{')
    await client.receives(/^HTTP\/1\.1 408 /)
    await client.closed
  })

  it('is short for who may not send at all', async () => {
    const client = await RawClient.to(service.url)
    client.post('/api/closed', csv, 300, 'a')
    await client.receives(/^HTTP\/1\.1 401 /)
    await client.closed
  })

  it('cuts off a stream that is silent', async () => {
    const client = await RawClient.to(service.url)
    client.post('/api/closed', { ...csv, authorization: `Bearer ${await iam.sign()}` }, 300, 'a')
    await client.closed
    expect(await seen.failed.promise).toMatchObject({ status: 408, message: 'nothing of the body arrived for 0.4 s' })
    expect(service.log.at('error')).toEqual([])
  })

  it('does not count for a client who waits for a slow handler, before or after the last byte', async () => {
    const gate = deferred()
    seen.gate = gate.promise
    const [half, whole] = [await RawClient.to(service.url), await RawClient.to(service.url)]
    half.post('/api/imports', csv, MEGABYTES.length, MEGABYTES.slice(0, 3_000_000))
    whole.post('/api/imports', csv, 3, 'a,b')
    await seen.first.promise
    await timeoutPasses()
    await timeoutPasses()
    gate.resolve()
    half.send(MEGABYTES.slice(3_000_000))
    expect(await half.receives(/\}$/)).toContain(`{"bytes":${MEGABYTES.length},`)
    expect(await whole.receives(/\}$/)).toContain('{"bytes":3,')
  })
})

it('fails the stream of a client that goes away, which is no failure of ours', async () => {
  await start()
  const client = await RawClient.to(service.url)
  client.post('/api/imports', csv, 300, 'a')
  await seen.first.promise
  client.vanish()
  expect(await seen.failed.promise).toMatchObject({ code: 'ECONNRESET' })
  await eventually(() => expect(filtered).toHaveBeenCalledTimes(1))
  expect([...service.log.at('error'), ...service.log.at('warn')]).toEqual([])
})
