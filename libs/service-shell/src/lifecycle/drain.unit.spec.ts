import { Controller, Get } from '@nestjs/common'
import { call, deferred, eventually, startTestService, type Deferred, type TestService } from '../../fixtures/boot'
import { RawClient } from '../../fixtures/raw-client'
import { TestTransport } from '../../fixtures/test-transport'
import { Public } from '..'

let entered: Deferred<void>
let release: Deferred<void>

@Controller('/api')
@Public()
class WorkController {
  @Get('quick')
  quick(): string {
    return 'done'
  }

  @Get('slow')
  async slow(): Promise<string> {
    entered.resolve()
    await release.promise
    return 'done'
  }
}

const GET = (path: string) => `GET ${path} HTTP/1.1\r\nhost: test\r\n\r\n`
const GRACE_MS = 500

/** A service that was told to end and is within its grace. */
async function graceful(role: 'all' | 'api' | 'worker' = 'api') {
  const consumers = deferred()
  const strategy = () => new TestTransport(() => consumers.resolve())
  const service = await startTestService([WorkController], { config: { drainGraceMs: GRACE_MS, role }, strategy })
  return { service, consumers: consumers.promise }
}

let service: TestService
beforeEach(() => {
  entered = deferred()
  release = deferred()
})
afterEach(() => service.close())

describe('within the grace', () => {
  it('is not ready and answers as ever, also on new connections', async () => {
    ;({ service } = await graceful())
    const closed = service.close()
    expect(await call(`${service.url}/readyz`)).toMatchObject({ status: 503, body: { checks: { process: 'shutting down' } } })
    expect((await call(`${service.url}/livez`)).status).toBe(200)
    expect((await call(`${service.url}/api/quick`)).status).toBe(200)
    await closed
    await expect(fetch(`${service.url}/livez`)).rejects.toThrow('fetch failed')
  })

  it('ends the consumers at once', async () => {
    const started = await graceful('all')
    service = started.service
    const closed = service.close()
    await started.consumers
    expect((await call(`${service.url}/api/quick`)).status).toBe(200)
    await closed
  })

  it('tells the client of a kept connection to go, with the answer to its next request', async () => {
    ;({ service } = await graceful())
    const client = await RawClient.to(service.url)
    client.send(GET('/api/quick'))
    expect(await client.receives(/done/)).toMatch(/connection: keep-alive/i)
    const closed = service.close()
    client.send(GET('/api/quick'))
    expect(await client.receives(/done/)).toMatch(/connection: close/i)
    await client.closed
    await closed
  })

  it('keeps a connection that is idle', async () => {
    ;({ service } = await graceful())
    const client = await RawClient.to(service.url)
    client.send(GET('/api/quick'))
    await client.receives(/done/)
    const closed = service.close()
    // Its answer comes after several rounds of closing what is idle would have come.
    for (let round = 0; round < 5; round++) await call(`${service.url}/livez`)
    client.send(GET('/api/quick'))
    await client.receives(/200 OK[^]*done/)
    await closed
  })
})

describe('after the grace', () => {
  it('answers what is under way, and then ends the connection', async () => {
    ;({ service } = await graceful())
    const client = await RawClient.to(service.url)
    client.send(GET('/api/slow'))
    await entered.promise
    const closed = service.close()
    await eventually(() => expect(fetch(`${service.url}/livez`)).rejects.toThrow('fetch failed'))
    release.resolve()
    await client.receives(/200 OK[^]*done/)
    await client.closed
    await closed
  })

  it('does not wait for connections that never sent a request, or half of one', async () => {
    ;({ service } = await graceful())
    const [silent, halting] = [await RawClient.to(service.url), await RawClient.to(service.url)]
    halting.send('GET /api/quick HTTP/1.1\r\nhost:')
    await call(`${service.url}/livez`)
    await service.close()
    await Promise.all([silent.closed, halting.closed])
  })
})

it('has no grace where there are no requests', async () => {
  ;({ service } = await graceful('worker'))
  const client = await RawClient.to(service.url)
  client.send(GET('/livez'))
  await client.receives(/200 OK/)
  const closed = service.close()
  await client.closed
  await closed
})
