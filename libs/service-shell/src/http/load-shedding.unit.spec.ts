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
let isOver: boolean
let service: TestService
beforeEach(async () => {
  isOver = true
  const shedding = new LoadShedding(metrics)
  shedding.refuseWhile('full', Problem.unavailable('the shelf is full', 7), ({ method }) => isOver && method === 'POST')
  shedding.refuseWhile('tired', Problem.unavailable('come again', 1), ({ url = '' }) => isOver && !url.startsWith('/api'))
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

it('refuses what a rule is about while it is over: 503 problem with Retry-After, counted', async () => {
  const { status, type, headers, body } = await call(`${service.url}/api/things`, json('POST', { name: 'x' }))
  expect({ status, type, after: headers.get('retry-after') }).toEqual({ status: 503, type: 'application/problem+json', after: '7' })
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(body).toEqual({ type: 'about:blank', title: 'Service Unavailable', status: 503, detail: 'the shelf is full' })
  expect([await shed('full'), await shed('tired')]).toEqual([1, 0])
})

it('lets everything else in, and everything when it is not over', async () => {
  expect((await call(`${service.url}/api/things`)).status).toBe(200)
  isOver = false
  expect((await call(`${service.url}/api/things`, json('POST', { name: 'x' }))).status).toBe(201)
  expect(await shed('full')).toBe(0)
})

it.each(['/livez', '/readyz', '/metrics', '/openapi.json', '/docs', '/livez?verbose'])('answers %s all the same', async (path) => {
  expect((await call(`${service.url}${path}`)).status).toBe(200)
})

it('refuses before the body has arrived, and keeps the connection for the next request', async () => {
  const client = await RawClient.to(service.url)
  client.post('/api/things', { 'content-type': 'application/json' }, 8, '{"a"')
  await client.receives(/^HTTP\/1\.1 503 [^]*the shelf is full/)
  client.send(':12}GET /api/things HTTP/1.1\r\nhost: test\r\n\r\n')
  await client.receives(/^HTTP\/1\.1 200 [^]*thing/)
})
