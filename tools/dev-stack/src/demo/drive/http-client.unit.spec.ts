import { HttpClient, retryAfter } from './http-client'
import { HttpServer, type Reply } from './http-server.fixture'

let server: HttpServer
let client: HttpClient

async function answering(replies: (Reply | 'reset')[], patienceMs = 10_000): Promise<string> {
  server = new HttpServer(() => (replies.length > 1 ? replies.shift()! : replies[0]!))
  client = new HttpClient({ connections: 2, patienceMs, signal: AbortSignal.timeout(20_000) })
  return server.start()
}

afterEach(async () => {
  await client.close()
  await server.stop()
})

it('sends JSON with a token and returns status and body', async () => {
  const url = await answering([{ status: 404, body: { detail: 'none' } }])
  expect(await client.call({ method: 'PATCH', url: `${url}/x`, token: 't', json: { a: 1 } })).toEqual({
    status: 404,
    body: { detail: 'none' },
  })
  expect(server.received).toMatchObject([
    { method: 'PATCH', path: '/x', body: { a: 1 }, headers: { authorization: 'Bearer t', 'content-type': 'application/json' } },
  ])
})

it('repeats a call after 503, 429 and a reset connection', async () => {
  const now = { 'retry-after': '0' }
  const url = await answering([
    { status: 503, headers: now },
    'reset',
    { status: 429, headers: now },
    { status: 500, headers: now },
    { status: 200, body: { ok: true } },
  ])
  expect(await client.call({ method: 'GET', url })).toEqual({ status: 200, body: { ok: true } })
  expect(server.received).toHaveLength(5)
  expect(client.repeats).toBe(4)
})

it('says what the server answered when patience ends', async () => {
  const url = await answering([{ status: 503, body: { detail: 'overloaded' } }], 0)
  await expect(client.call({ method: 'GET', url: `${url}/y` })).rejects.toThrow(
    `GET ${url}/y failed for 0 s: it answered 503 {"detail":"overloaded"}`,
  )
})

it('says that a server is not there', async () => {
  const url = await answering([{ status: 200 }], 0)
  await server.stop()
  await expect(client.call({ method: 'GET', url })).rejects.toThrow('ECONNREFUSED')
})

it.each([
  ['2', 2_000],
  ['Sat, 10 Jan 2026 00:00:05 GMT', 5_000],
  ['Sat, 10 Jan 2026 00:00:00 GMT', 0],
  ['soon', undefined],
  [undefined, undefined],
])('reads Retry-After %p as %p ms', (header, ms) => {
  expect(retryAfter(header, Date.parse('2026-01-10T00:00:00Z'))).toBe(ms)
})
