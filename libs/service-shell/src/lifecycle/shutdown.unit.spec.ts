import { EventEmitter } from 'node:events'
import { Controller, Get, type OnModuleDestroy } from '@nestjs/common'
import { call, deferred, eventually, LogBook, startTestService } from '../../fixtures/boot'
import { TestTransport } from '../../fixtures/test-transport'
import { Public } from '..'
import { exitOnProcessEvents } from './process-events'

class FakeProcess extends EventEmitter {
  readonly exit = jest.fn()
}

describe('close', () => {
  it("ends requests, then consumers, then the app's own work, and destroys the modules last", async () => {
    const [entered, release, order] = [deferred(), deferred(), [] as string[]]

    @Controller('/api')
    @Public()
    class SlowController implements OnModuleDestroy {
      @Get('slow')
      async slow(): Promise<string> {
        entered.resolve()
        await release.promise
        order.push('request')
        return 'done'
      }

      onModuleDestroy(): void {
        order.push('modules')
      }
    }

    const service = await startTestService([SlowController], {
      strategy: () => new TestTransport(() => order.push('consumers')),
      onShutdown: async () => void order.push('own work'),
    })
    const slow = call(`${service.url}/api/slow`)
    await entered.promise
    const closed = service.close()

    const { checks } = await service.health.isReady()
    expect(checks.process).toBe('shutting down')
    await eventually(() => expect(fetch(`${service.url}/livez`)).rejects.toThrow('fetch failed'))
    expect(order).toEqual(['consumers'])

    release.resolve()
    expect((await slow).status).toBe(200)
    await closed
    expect(order).toEqual(['consumers', 'request', 'own work', 'modules'])
  })

  it('is one shutdown, however often it is asked for', async () => {
    const onShutdown = jest.fn(async () => undefined)
    const service = await startTestService([], { onShutdown })
    expect(service.close()).toBe(service.close())
    await service.close()
    expect(onShutdown).toHaveBeenCalledTimes(1)
  })
})

describe('a start that fails', () => {
  it('stops what already ran and throws the reason', async () => {
    const [reason, destroyed] = [new Error('no group coordinator'), jest.fn()]

    @Controller()
    class Witness implements OnModuleDestroy {
      onModuleDestroy = destroyed
    }

    const start = startTestService([Witness], {
      strategy: () => {
        throw reason
      },
    })
    await expect(start).rejects.toBe(reason)
    expect(destroyed).toHaveBeenCalledTimes(1)
  })

  it('names a port that is taken', async () => {
    const first = await startTestService([])
    const port = Number(new URL(first.url).port)
    const strategy = jest.fn()
    await expect(startTestService([], { config: { port }, strategy })).rejects.toThrow('EADDRINUSE')
    expect(strategy).not.toHaveBeenCalled()
    await first.close()
  })
})

describe('process events', () => {
  const wired = (drain: () => Promise<void>) => {
    const [process, logger] = [new FakeProcess(), new LogBook()]
    exitOnProcessEvents({ drain, logger, process })
    return { process, logger }
  }

  it.each(['SIGTERM', 'SIGINT'])('%s drains a service and exits 0', async (signal) => {
    const process = new FakeProcess()
    const service = await startTestService([], { process })
    process.emit(signal)
    await eventually(() => expect(process.exit).toHaveBeenCalledWith(0))
    await expect(fetch(service.url)).rejects.toThrow('fetch failed')
  })

  it('drains once for many signals', async () => {
    const drained = deferred()
    const drain = jest.fn(() => drained.promise)
    const { process } = wired(drain)
    for (const signal of ['SIGTERM', 'SIGTERM', 'SIGINT']) process.emit(signal)
    expect(drain).toHaveBeenCalledTimes(1)
    expect(process.exit).not.toHaveBeenCalled()
    drained.resolve()
    await eventually(() => expect(process.exit.mock.calls).toEqual([[0]]))
  })

  it('exits 1 within 5 s with a log line when the drain hangs', () => {
    jest.useFakeTimers()
    const { process, logger } = wired(() => new Promise(() => undefined))
    process.emit('SIGTERM')
    jest.advanceTimersByTime(4_000)
    expect(process.exit).not.toHaveBeenCalled()
    jest.advanceTimersByTime(999)
    jest.useRealTimers()
    expect(process.exit.mock.calls).toEqual([[1]])
    expect(logger.at('error')).toEqual(['shutdown took too long: exiting with work unfinished'])
  })

  it('exits 1 when the drain fails', async () => {
    const { process, logger } = wired(() => Promise.reject(new Error('pool is stuck')))
    process.emit('SIGTERM')
    await eventually(() => expect(process.exit.mock.calls).toEqual([[1]]))
    expect(logger.at('error')).toEqual(['shutdown failed'])
  })

  it.each(['uncaughtException', 'unhandledRejection'])('%s is logged and ends the process', (event) => {
    const { process, logger } = wired(() => Promise.resolve())
    const error = new Error('nobody caught this')
    process.emit(event, error)
    expect(process.exit.mock.calls).toEqual([[1]])
    expect(logger.lines).toEqual([{ level: 'error', message: 'fatal: exiting', fields: { event, err: error, fatal: true } }])
  })
})
