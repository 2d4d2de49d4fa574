import type { IncomingMessage, ServerResponse } from 'node:http'
import { Metrics } from '@laurel/telemetry'
import { LocalServer } from '@laurel/testing'
import { PermanentJobError, PostponeJobError } from './job-error'
import { OutsideCallError, OutsideSystem } from './outside-system'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

describe('OutsideSystem, against a local HTTP server', () => {
  let server: LocalServer
  let system: OutsideSystem
  let answer: Answer
  let calls: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[]

  beforeEach(async () => {
    calls = []
    server = new LocalServer((request, response) => void take(request, response))
    await server.start()
    system = systemAt('')
  })

  afterEach(async () => {
    await system.close()
    await server.stop()
  })

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat((await request.toArray()) as Buffer[]).toString()
    calls.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
    answer(request, response)
  }

  function systemAt(path: string, breaker = { outages: 2, openMs: 60_000 }, timeoutMs = 10_000): OutsideSystem {
    const baseUrl = `${server.url}${path}`
    return new OutsideSystem({
      name: 'hr',
      baseUrl,
      timeoutMs,
      headers: { authorization: 'Bearer secret' },
      metrics: new Metrics('test'),
      breaker,
    })
  }

  const status =
    (code: number, headers: Record<string, string> = {}): Answer =>
    (_, response) =>
      response.writeHead(code, headers).end()
  const json =
    (code: number, body: unknown): Answer =>
    (_, response) =>
      response.writeHead(code).end(JSON.stringify(body))
  const post = (): Promise<unknown> => system.request({ method: 'POST', path: '/records', body: { a: 1 } })

  it('sends JSON with its own and the call’s headers to the path below its base URL', async () => {
    answer = json(201, { id: 'x' })
    await system.close()
    system = systemAt('/base/')

    const response = await system.request({
      method: 'POST',
      path: '/records',
      query: { q: 'a b&c' },
      headers: { 'idempotency-key': 'k' },
      body: { a: 1 },
    })

    expect(response).toEqual({ status: 201, body: { id: 'x' } })
    expect(calls).toEqual([expect.objectContaining({ method: 'POST', url: '/base/records?q=a+b%26c', body: '{"a":1}' })])
    expect(calls[0]!.headers).toMatchObject({ authorization: 'Bearer secret', 'idempotency-key': 'k', 'content-type': 'application/json' })
  })

  it('returns an empty answer as undefined', async () => {
    answer = status(204)
    await expect(post()).resolves.toEqual({ status: 204, body: undefined })
  })

  it('returns the statuses that the caller accepts, with their JSON if it is any', async () => {
    const get = (): Promise<unknown> => system.request({ method: 'GET', path: '/score', accept: [404] })
    answer = status(404)
    await expect(get()).resolves.toEqual({ status: 404, body: undefined })
    answer = json(404, { detail: 'none' })
    await expect(get()).resolves.toEqual({ status: 404, body: { detail: 'none' } })
    answer = (_, response) => response.writeHead(404).end('<html>')
    await expect(get()).resolves.toEqual({ status: 404, body: undefined })
  })

  it('fails for good on a refusal, and says which call without its contents', async () => {
    answer = json(400, { email: 'someone@learners.example' })
    await expect(post()).rejects.toThrow(new PermanentJobError('hr POST /records answered 400'))
  })

  it('does not follow a redirect', async () => {
    answer = status(302, { location: '/elsewhere' })
    await expect(post()).rejects.toThrow(PermanentJobError)
    expect(calls).toHaveLength(1)
  })

  it('postpones by Retry-After on 429, however often, without opening the breaker', async () => {
    answer = status(429, { 'retry-after': '3' })
    for (let i = 0; i < 5; i++) await expect(post()).rejects.toMatchObject({ name: 'PostponeJobError', delayMs: 3_000 })
    expect(calls).toHaveLength(5)
  })

  it.each<[string, Answer]>([
    ['a 500', status(500)],
    ['a connection that breaks', (request) => request.socket.destroy()],
    ['a 200 that is not JSON', (_, response) => response.writeHead(200).end('<html>')],
    ['an answer that is too long', (_, response) => response.writeHead(200).end('x'.repeat(1_048_577))],
  ])('takes %s as worth a retry', async (_, behaviour) => {
    answer = behaviour
    await expect(post()).rejects.toThrow(OutsideCallError)
  })

  it.each<[string, Answer]>([
    ['that never comes', () => undefined],
    ['without end', (_, response) => response.writeHead(200).write('{')],
  ])('does not wait for an answer %s', async (_, behaviour) => {
    answer = behaviour
    await system.close()
    system = systemAt('', undefined, 100)
    await expect(post()).rejects.toThrow('no answer within 100 ms')
  })

  it('postpones without calling once outages repeat', async () => {
    answer = status(500)
    await expect(post()).rejects.toThrow(OutsideCallError)
    await expect(post()).rejects.toThrow(PostponeJobError)
    await expect(post()).rejects.toThrow(PostponeJobError)
    expect(calls).toHaveLength(2)
  })

  it('uses up no retry while it tries whether the system is back', async () => {
    await system.close()
    system = systemAt('', { outages: 1, openMs: 0 })
    answer = status(500)
    for (let i = 0; i < 3; i++) await expect(post()).rejects.toThrow(PostponeJobError)
    expect(calls).toHaveLength(3)

    answer = json(200, {})
    await expect(post()).resolves.toEqual({ status: 200, body: {} })
  })

  it('does not count it against the system when the caller gives up', async () => {
    answer = () => undefined
    for (let i = 0; i < 3; i++) {
      const reason = new Error('stopping')
      const request = system.request({ method: 'GET', path: '/', signal: AbortSignal.abort(reason) })
      await expect(request).rejects.toBe(reason)
    }
    answer = json(200, {})
    await expect(post()).resolves.toEqual({ status: 200, body: {} })
  })
})
