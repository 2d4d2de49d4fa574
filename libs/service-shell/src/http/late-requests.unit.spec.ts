import { Body, Controller, Get, Post } from '@nestjs/common'
import { call, startTestService, type TestService } from '../../fixtures/boot'
import { RawClient } from '../../fixtures/raw-client'
import { Public } from '..'

@Controller('/api')
@Public()
class EchoController {
  @Get()
  read(): string {
    return 'read'
  }

  @Post()
  write(@Body() body: object): object {
    return body
  }
}

const REQUEST_TIMEOUT_MS = 500
const GET = 'GET /api HTTP/1.1\r\nhost: test\r\n\r\n'
const POST = ['POST /api HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n', 'content-length: 7\r\n\r\n', '{"a":1}']

let service: TestService
const start = async (keepAliveMs?: number) => {
  service = await startTestService([EchoController], { requestTimeoutMs: REQUEST_TIMEOUT_MS, ...(keepAliveMs && { keepAliveMs }) })
}
afterEach(() => service.close())

/** A connection that the service has accepted. */
async function connected(): Promise<RawClient> {
  const client = await RawClient.to(service.url)
  // Accepted in order: this one is answered after that one was accepted.
  await call(`${service.url}/livez`)
  return client
}

/** Resolves when a connection of now would have been cut off, had it begun a request. */
async function requestTimeoutPasses(): Promise<void> {
  const slow = await RawClient.to(service.url)
  slow.send(POST[0]!)
  await slow.receives(/^HTTP\/1\.1 408 /)
}

/** Nothing is read meanwhile, and every time limit passes. */
function loopIsBusy(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1.5 * REQUEST_TIMEOUT_MS)
}

describe('a connection that has sent nothing', () => {
  it('is not told that its request is late: it has none', async () => {
    await start()
    const client = await connected()
    await requestTimeoutPasses()
    await requestTimeoutPasses()
    client.send(GET)
    await client.receives(/^HTTP\/1\.1 200 [^]*read$/)
  })

  it('gets the whole time for its request once it sends', async () => {
    await start()
    const client = await connected()
    await requestTimeoutPasses()
    client.send(POST[0]!)
    await client.receives(/^HTTP\/1\.1 408 /)
    await client.closed
  })

  it('is closed without a word when it could have been kept no longer', async () => {
    await start(2 * REQUEST_TIMEOUT_MS)
    const client = await connected()
    await client.closed
    await client.receives(/^$/)
  })
})

describe('behind a loop that was busy', () => {
  it.each([
    ['whole, on a connection that was never used', [], [GET], /^HTTP\/1\.1 200 [^]*read$/],
    ['with the end of its head', [GET.slice(0, 9)], [GET.slice(9)], /^HTTP\/1\.1 200 [^]*read$/],
    ['with its body', POST.slice(0, 2), POST.slice(2), /^HTTP\/1\.1 200 |^HTTP\/1\.1 201 /],
    ['with half of its head, and all of it', POST.slice(0, 1), POST.slice(1), /^HTTP\/1\.1 201 /],
  ])('a request is answered that arrived meanwhile %s', async (_what, before, after, answer) => {
    await start()
    const client = await connected()
    for (const part of before) client.send(part)
    await call(`${service.url}/livez`)
    for (const part of after) client.send(part)
    loopIsBusy()
    await client.receives(answer)
  })

  it('a request that is still not whole is cut off', async () => {
    await start()
    const client = await connected()
    client.send(POST[0]!)
    await call(`${service.url}/livez`)
    client.send(POST[1]!)
    loopIsBusy()
    await client.receives(/^HTTP\/1\.1 408 [^]*application\/problem\+json/)
    await client.closed
  })
})
