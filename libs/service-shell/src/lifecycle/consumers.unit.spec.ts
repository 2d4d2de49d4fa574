import { Controller } from '@nestjs/common'
import { Ctx, EventPattern, Payload } from '@nestjs/microservices'
import { IsUUID } from 'class-validator'
import { deferred, startTestService, type TestService } from '../../fixtures/boot'
import { TestTransport } from '../../fixtures/test-transport'
import { Health } from './health'

class BadBatch extends Error {
  readonly retryable = true
}

class FencedContext {
  constructor(readonly fence: number) {}
}

class StrictDto {
  @IsUUID()
  id: string
}

const seen: unknown[] = []

@Controller()
class TestConsumer {
  starts = 0
  onModuleInit(): void {
    seen.push(`init ${++this.starts}`)
  }

  @EventPattern<string>('list')
  list(@Payload() batch: readonly unknown[], @Ctx() context: FencedContext): unknown[] {
    return [batch, context]
  }

  @EventPattern<string>('strict')
  strict(@Payload() message: StrictDto, @Ctx() context: FencedContext): unknown[] {
    return [message, context]
  }

  @EventPattern<string>('fails')
  fails(@Payload() batch: readonly unknown[]): void {
    throw batch[0]
  }
}

let service: TestService
let transport: TestTransport

beforeEach(async () => {
  seen.length = 0
  transport = new TestTransport()
  service = await startTestService([TestConsumer], { strategy: () => transport })
})
afterEach(() => service.close())

it.each(['list', 'strict'])('hands a %s handler the very payload and context, unchecked and unchanged', async (topic) => {
  const [payload, context] = [[{ value: Buffer.from('x'), offset: 1n }, null], new FencedContext(7)]
  const result = (await transport.deliver(topic, payload, context)) as unknown[]
  expect(result[0]).toBe(payload)
  expect(result[1]).toBe(context)
})

it.each([new BadBatch('halve me'), new Error('plain'), 'a text'])('lets the transport see %s itself', async (error) => {
  await expect(transport.deliver('fails', [error], new FencedContext(1))).rejects.toBe(error)
  expect(service.log.at('error')).toEqual([])
})

it('runs init hooks once', () => {
  expect(seen).toEqual(['init 1'])
})

it('closes the transport once', async () => {
  await service.close()
  await service.close()
  expect(transport.closes).toBe(1)
})

it('does not even make a transport in the role api', async () => {
  const strategy = jest.fn(() => transport)
  const api = await startTestService([TestConsumer], { strategy, config: { role: 'api' } })
  await api.close()
  expect(strategy).not.toHaveBeenCalled()
})

it('consumes in the role worker', async () => {
  const own = new TestTransport()
  const worker = await startTestService([TestConsumer], { strategy: () => own, config: { role: 'worker' } })
  expect(own.isListening).toBe(true)
  await worker.close()
})

it('is not ready before its consumers run', async () => {
  const [asked, joined, health] = [deferred(), deferred(), new Health()]
  const slow = new TestTransport()
  slow.listen = (started) => {
    asked.resolve()
    void joined.promise.then(started)
  }
  const starting = startTestService([TestConsumer], { strategy: () => slow, health })
  await asked.promise
  expect(await health.isReady()).toEqual({ well: false, checks: { process: 'starting' } })
  joined.resolve()
  const started = await starting
  expect(await health.isReady()).toEqual({ well: true, checks: { process: 'ok' } })
  await started.close()
})
