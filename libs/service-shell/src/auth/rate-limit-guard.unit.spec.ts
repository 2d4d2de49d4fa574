import { Controller, Get, type ExecutionContext } from '@nestjs/common'
import { Metrics } from '@laurel/telemetry'
import { call, startTestService, type TestService } from '../../fixtures/boot'
import { Iam, LEARNER, ORGANISATION } from '../../fixtures/iam'
import { Problem, Public } from '..'
import { RateLimitGuard } from './rate-limit-guard'

const contextOf = (userId: string | null, type = 'http') =>
  ({
    getType: () => type,
    switchToHttp: () => ({ getRequest: () => ({ headers: {}, caller: userId === null ? undefined : { userId } }) }),
  }) as unknown as ExecutionContext

/** true when the guard lets the request pass, else the problem that it throws. */
async function ask(guard: RateLimitGuard, context: ExecutionContext): Promise<unknown> {
  try {
    return await guard.canActivate(context)
  } catch (error) {
    return error
  }
}

describe('RateLimitGuard', () => {
  let metrics: Metrics
  let guard: RateLimitGuard
  beforeEach(() => {
    jest.useFakeTimers()
    metrics = new Metrics('test')
    guard = new RateLimitGuard(2, metrics)
  })
  afterEach(() => jest.useRealTimers())
  const refusals = async () => (await metrics.counter('http_rate_limited_total', '').get()).values[0]?.value

  it('refuses the request after the last that a caller may make, says when to come again, and counts it', async () => {
    expect([await ask(guard, contextOf('a')), await ask(guard, contextOf('a'))]).toEqual([true, true])
    expect(await refusals()).toBe(0)
    const refused = (await ask(guard, contextOf('a'))) as Problem
    expect(refused).toBeInstanceOf(Problem)
    expect([refused.getStatus(), refused.headers]).toEqual([429, { 'retry-after': '1' }])
    expect(refused.body.detail).toBe('more than 2 requests within a second: wait, then send fewer')
    expect(await refusals()).toBe(1)
  })

  it.each([-3_600_000, 3_600_000])('says the same when the clock steps by %d ms', async (step) => {
    for (let i = 0; i < 3; i++) await ask(guard, contextOf('a'))
    jest.setSystemTime(Date.now() + step)
    const answer = await ask(guard, contextOf('a'))
    if (answer !== true) expect((answer as Problem).headers).toEqual({ 'retry-after': '1' })
    jest.advanceTimersByTime(1_000)
    expect(await ask(guard, contextOf('a'))).toBe(true)
  })

  it('counts each caller alone', async () => {
    for (let i = 0; i < 3; i++) await ask(guard, contextOf('a'))
    expect(await ask(guard, contextOf('b'))).toBe(true)
  })

  it('lets a caller in again after the second, refused meanwhile or not, and keeps nothing of them', async () => {
    for (let i = 0; i < 5; i++) await ask(guard, contextOf('a'))
    jest.advanceTimersByTime(999)
    expect(await ask(guard, contextOf('a'))).toBeInstanceOf(Problem)
    jest.advanceTimersByTime(1)
    expect(jest.getTimerCount()).toBe(0)
    expect(await ask(guard, contextOf('a'))).toBe(true)
  })

  it('does not limit what has no caller, nor messages', async () => {
    const answers = [contextOf(null), contextOf('a', 'rpc')].flatMap((context) => [1, 2, 3].map(() => ask(guard, context)))
    expect(await Promise.all(answers)).toEqual(answers.map(() => true))
  })
})

@Controller('/api')
class LimitedController {
  @Get('mine')
  mine(): string {
    return 'ok'
  }

  @Get('open')
  @Public()
  open(): string {
    return 'ok'
  }
}

describe('a service with a limit', () => {
  let iam: Iam
  let service: TestService
  const start = async (rateLimitPerSecond: number) => {
    service = await startTestService([LimitedController], { config: { iam: iam.config, rateLimitPerSecond } })
  }
  beforeEach(async () => {
    iam = await Iam.start()
  })
  afterEach(async () => {
    await service.close()
    await iam.down()
  })

  const get = (path: string, token?: string) =>
    call(`${service.url}${path}`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })
  /** Ten at once: under a limit of one a second, some are refused however slow the machine is. */
  const ten = async (path: string, token?: string) => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => get(path, token)))
    return { answers, statuses: new Set(answers.map(({ status }) => status)) }
  }

  it('answers too many requests of one caller with a 429 problem, and others and public routes meanwhile', async () => {
    await start(1)
    const { answers, statuses } = await ten('/api/mine', await iam.sign())
    expect(statuses).toEqual(new Set([200, 429]))
    const refused = answers.find(({ status }) => status === 429)!
    expect(refused.type).toBe('application/problem+json')
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(refused.body).toMatchObject({ title: 'Too Many Requests', status: 429, detail: expect.stringContaining('within a second') })
    expect((await get('/metrics')).text).toMatch(/laurel_http_rate_limited_total\{service="test"\} [1-9]/)

    expect((await get('/api/mine', await iam.sign({ sub: ORGANISATION }))).status).toBe(200)
    expect((await ten('/api/open', await iam.sign())).statuses).toEqual(new Set([200]))
  })

  it('takes two tokens of one caller for one caller', async () => {
    await start(1)
    const tokens = await Promise.all(Array.from({ length: 10 }, (_, i) => iam.sign({ roles: [`role ${i}`] })))
    const statuses = await Promise.all(tokens.map(async (token) => (await get('/api/mine', token)).status))
    expect(statuses).toContain(429)
  })

  it('answers a token that is not good with a 401, and lets it use up nothing of its subject', async () => {
    await start(1)
    const expired = await iam.sign({ sub: LEARNER, exp: 1 })
    expect((await ten('/api/mine', expired)).statuses).toEqual(new Set([401]))
    expect((await get('/api/mine', await iam.sign())).status).toBe(200)
  })

  it('of 0 limits nothing', async () => {
    await start(0)
    expect((await ten('/api/mine', await iam.sign())).statuses).toEqual(new Set([200]))
  })
})
