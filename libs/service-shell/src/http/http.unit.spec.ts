import { Body, Controller, Get, Param, Post } from '@nestjs/common'
import { currentTrace } from '@laurel/telemetry'
import { call, json, startTestService, type TestService } from '../../fixtures/boot'
import { CurrentCaller, Public } from '..'

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`

@Controller('/api/courses')
@Public()
class CourseController {
  @Get(':id')
  read(@Param('id') id: string): { id: string } {
    return { id }
  }

  @Post('trace')
  trace(@Body() _body: object): { traceId: string | undefined } {
    return { traceId: currentTrace()?.traceId }
  }
}

@Controller('/api/private')
class PrivateController {
  @Get()
  read(@CurrentCaller() caller: unknown): unknown {
    return caller
  }
}

let service: TestService
afterEach(() => service.close())
const get = (path: string) => call(`${service.url}${path}`)

describe('operations', () => {
  beforeEach(async () => {
    service = await startTestService([CourseController, PrivateController])
  })

  it('/livez and /readyz say ok', async () => {
    expect(await get('/livez')).toMatchObject({ status: 200, body: { status: 'ok', checks: {} } })
    expect(await get('/readyz')).toMatchObject({ status: 200, body: { status: 'ok', checks: { process: 'ok' } } })
  })

  it.each([['/livez', 'live'] as const, ['/readyz', 'ready'] as const])('%s is a 503 problem with the reason', async (path, kind) => {
    service.health[kind]('kafka', () => Promise.reject(new Error('the consumer has stopped')))
    const { status, type, body } = await get(path)
    expect({ status, type }).toEqual({ status: 503, type: 'application/problem+json' })
    expect(body).toMatchObject({ status: 503, detail: 'kafka: the consumer has stopped' })
    expect(body.checks.kafka).toBe('the consumer has stopped')
  })

  it('/metrics has the process and the service', async () => {
    service.metrics.counter('things_total', 'Things').inc(3)
    const { status, type, text } = await get('/metrics')
    expect({ status, type }).toEqual({ status: 200, type: expect.stringContaining('text/plain; version=0.0.4') })
    expect(text).toContain('laurel_things_total{service="test"} 3')
    expect(text).toContain('process_cpu_seconds_total')
  })

  it('/openapi.json lists the routes, and /docs shows them', async () => {
    const { body } = await get('/openapi.json')
    expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(['/api/courses/{id}', '/api/private']))
    expect(body.info).toMatchObject({ title: 'Test', version: '1.0.0' })
    expect((await get('/docs')).text).toContain('swagger-ui')
    expect(await get('/docs/swagger-ui.css')).toMatchObject({ status: 200, type: expect.stringContaining('text/css') })
  })
})

describe('requests', () => {
  beforeEach(async () => {
    service = await startTestService([CourseController, PrivateController])
  })

  it('are measured by route, never by path', async () => {
    await get('/api/courses/1')
    await get('/api/courses/2')
    await get('/api/none/3')
    const { text } = await get('/metrics')
    const counts = text.split('\n').filter((line) => line.startsWith('laurel_http_request_duration_seconds_count'))
    expect(counts).toEqual([
      expect.stringMatching(/method="GET",route="\/api\/courses\/:id",status="200".* 2$/),
      expect.stringMatching(/method="GET",route="unknown",status="404".* 1$/),
    ])
  })

  it('run in the trace of their header, also behind a body', async () => {
    const init = json('POST', { large: 'x'.repeat(200_000) })
    const { body } = await call(`${service.url}/api/courses/trace`, {
      ...init,
      headers: { ...init.headers, traceparent: TRACEPARENT },
    })
    expect(body.traceId).toBe(TRACE_ID)
  })

  it('run in a trace of their own without one', async () => {
    const traces = await Promise.all([1, 2].map(() => call(`${service.url}/api/courses/trace`, json('POST', {}))))
    const ids = traces.map(({ body }) => body.traceId)
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(ids[0]).not.toBe(ids[1])
  })

  it('are answered without telling what serves them', async () => {
    const { headers } = await get('/api/courses/1')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('server')).toBeNull()
    expect(headers.get('x-powered-by')).toBeNull()
  })

  it('are logged at debug only', async () => {
    await get('/api/courses/1')
    expect(service.log.at('debug')).not.toContain('http request')
    await service.close()
    service = await startTestService([CourseController], { config: { logLevel: 'debug' } })
    await get('/api/courses/1?email=hush')
    const line = service.log.lines.find(({ message }) => message === 'http request')
    expect(line?.fields).toEqual({ method: 'GET', route: '/api/courses/:id', status: 200, ms: expect.any(Number) })
  })
})

describe('roles', () => {
  it('worker answers operations and refuses the rest', async () => {
    service = await startTestService([CourseController, PrivateController], { config: { role: 'worker' } })
    const { status, type, body } = await get('/api/courses/1')
    expect({ status, type }).toEqual({ status: 404, type: 'application/problem+json' })
    expect(body.detail).toContain('LAUREL_ROLE')
    expect((await get('/api/private')).status).toBe(404)
    for (const path of ['/livez', '/readyz', '/metrics', '/docs', '/docs/swagger-ui.css', '/openapi.json']) {
      expect({ path, status: (await get(path)).status }).toEqual({ path, status: 200 })
    }
  })

  it('api answers the routes of the app', async () => {
    service = await startTestService([CourseController], { config: { role: 'api' } })
    expect((await get('/api/courses/1')).body).toEqual({ id: '1' })
  })
})
