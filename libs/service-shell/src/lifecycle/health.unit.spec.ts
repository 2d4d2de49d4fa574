import { Health } from './health'

describe('Health', () => {
  it('is well without checks and with passing ones', async () => {
    const health = new Health()
    expect(await health.isLive()).toEqual({ well: true, checks: {} })
    health.ready('database', async () => {})
    health.ready('disk', () => undefined)
    expect(await health.isReady()).toEqual({ well: true, checks: { database: 'ok', disk: 'ok' } })
  })

  it('gives each reason, without secrets, beside what is well', async () => {
    const health = new Health()
    health.live('kafka', () => Promise.reject(new Error('no heartbeat for 30 s')))
    health.live('database', () => {
      throw new Error('postgres://progress:hush@127.0.0.1/db refused')
    })
    health.live('disk', () => undefined)
    expect(await health.isLive()).toEqual({
      well: false,
      checks: { kafka: 'no heartbeat for 30 s', database: 'postgres://[redacted]@127.0.0.1/db refused', disk: 'ok' },
    })
  })

  it('keeps liveness and readiness apart', async () => {
    const health = new Health()
    health.ready('database', () => Promise.reject(new Error('away')))
    expect((await health.isLive()).well).toBe(true)
    expect((await health.isReady()).well).toBe(false)
  })

  it('shares one run among probes that arrive together, and runs anew afterwards', async () => {
    const health = new Health()
    const check = jest.fn()
    health.ready('database', check)
    await Promise.all([health.isReady(), health.isReady(), health.isReady()])
    expect(check).toHaveBeenCalledTimes(1)
    await health.isReady()
    expect(check).toHaveBeenCalledTimes(2)
  })

  it('does not wait for a check that hangs', async () => {
    jest.useFakeTimers()
    const health = new Health()
    health.ready('database', () => new Promise(() => undefined))
    const report = health.isReady()
    await jest.advanceTimersByTimeAsync(2_000)
    jest.useRealTimers()
    expect(await report).toEqual({ well: false, checks: { database: 'no answer within 2000 ms' } })
  })

  it('refuses two checks of one name', () => {
    const health = new Health()
    health.live('kafka', () => undefined)
    expect(() => health.live('kafka', () => undefined)).toThrow('kafka')
  })
})
