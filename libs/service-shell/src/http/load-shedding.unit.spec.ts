import { Body, Controller, Get, Post } from '@nestjs/common'
import { Metrics } from '@laurel/telemetry'
import { call, json, startTestService, type TestService } from '../../fixtures/boot'
import { RawClient } from '../../fixtures/raw-client'
import { Problem, Public } from '..'
import { LoadShedding } from './load-shedding'

@Controller('/api/things')
@Public()
class ThingsController {
  @Get()
  list(): string[] {
    return ['thing']
  }

  @Post()
  add(@Body() body: object): object {
    return body
  }
}

const metrics = new Metrics('test')
let isBehind: boolean
let service: TestService
beforeEach(async () => {
  isBehind = false
  const shedding = new LoadShedding({ metrics, isBehind: () => isBehind })
  shedding.refuseWhile('full', Problem.unavailable('the shelf is full', 7), ({ method, url }) => method === 'POST' && url === '/api/things')
  service = await startTestService([ThingsController], { shedding, metrics })
})
afterEach(async () => {
  await service.close()
  metrics.registry.resetMetrics()
})

const shed = async (reason: string) => {
  const text = await metrics.registry.metrics()
  return Number(new RegExp(`laurel_http_shed_total\\{reason="${reason}",service="test"\\} (\\d+)`).exec(text)?.[1])
}

it('lets everything in while the process keeps up', async () => {
  expect((await call(`${service.url}/api/things`)).status).toBe(200)
  expect(await shed('lag')).toBe(0)
})

it('refuses while the process is behind: 503 problem with Retry-After, counted', async () => {
  isBehind = true
  const { status, type, headers, body } = await call(`${service.url}/api/things?page=2`)
  expect({ status, type, after: headers.get('retry-after') }).toEqual({ status: 503, type: 'application/problem+json', after: '1' })
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(body).toMatchObject({
    type: 'about:blank',
    title: 'Service Unavailable',
    status: 503,
    detail: expect.stringContaining('again later'),
  })
  expect(await shed('lag')).toBe(1)
  isBehind = false
  expect((await call(`${service.url}/api/things`)).status).toBe(200)
})

it.each(['/livez', '/readyz', '/metrics', '/openapi.json', '/docs', '/livez?verbose'])('answers %s all the same', async (path) => {
  isBehind = true
  expect((await call(`${service.url}${path}`)).status).toBe(200)
})

it("refuses by a service's own rule what the rule is about, and nothing else", async () => {
  const { status, headers, body } = await call(`${service.url}/api/things`, json('POST', { name: 'x' }))
  expect({ status, after: headers.get('retry-after'), detail: body.detail }).toEqual({
    status: 503,
    after: '7',
    detail: 'the shelf is full',
  })
  expect((await call(`${service.url}/api/things`)).status).toBe(200)
  expect(await shed('full')).toBe(1)
})

it('refuses before the body has arrived, and keeps the connection for the next request', async () => {
  const client = await RawClient.to(service.url)
  client.post('/api/things', { 'content-type': 'application/json' }, 8, '{"a"')
  await client.receives(/^HTTP\/1\.1 503 [^]*the shelf is full/)
  client.send(':12}GET /api/things HTTP/1.1\r\nhost: test\r\n\r\n')
  await client.receives(/^HTTP\/1\.1 200 [^]*thing/)
})
