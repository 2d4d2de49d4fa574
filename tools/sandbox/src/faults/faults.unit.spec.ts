import { SandboxFixture } from '../sandbox.fixture'

const sandbox = new SandboxFixture()
let dice = 0

beforeAll(() => sandbox.start({ slowMs: 1, random: () => dice }))
afterAll(() => sandbox.stop())
afterEach(() => sandbox.call('POST', '/_faults', { target: 'hr', mode: 'none' }))

const setFault = (mode: string, rate = 1) => sandbox.call('POST', '/_faults', { target: 'hr', mode, rate })
const push = (key: string, signal?: AbortSignal) =>
  fetch(`${sandbox.url}/hr/training-records`, {
    method: 'POST',
    body: '{"course_code":"C-1"}',
    headers: { authorization: 'Bearer t', 'idempotency-key': key },
    signal,
  })

describe('each fault, and what it leaves behind', () => {
  it('500 refuses before the effect', async () => {
    await setFault('500')
    expect((await push('k-500')).status).toBe(500)
    expect(await sandbox.keys('hr')).not.toContain('k-500')
  })

  it('429 refuses before the effect and asks to come back after a second', async () => {
    await setFault('429')
    const answer = await push('k-429')
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1'])
    expect(await sandbox.keys('hr')).not.toContain('k-429')
  })

  it('reset cuts the connection before the effect', async () => {
    await setFault('reset')
    await expect(push('k-reset')).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
    expect(await sandbox.keys('hr')).not.toContain('k-reset')
  })

  it('slow has the effect and answers in the end', async () => {
    await setFault('slow')
    expect((await push('k-slow')).status).toBe(201)
    expect(await sandbox.keys('hr')).toContain('k-slow')
  })

  it('effect-then-hang has the effect and never answers', async () => {
    await setFault('effect-then-hang')
    const client = new AbortController()
    const answered = push('k-hang', client.signal).then(
      () => 'an answer',
      () => 'none',
    )
    while (!(await sandbox.keys('hr')).includes('k-hang')) await new Promise(setImmediate)
    client.abort()
    expect(await answered).toBe('none')
    await setFault('none')
    expect((await push('k-hang')).status).toBe(200)
  })

  it('meets the share of the calls that rate says', async () => {
    await setFault('500', 0.3)
    dice = 0.29
    expect((await push('k-rate')).status).toBe(500)
    dice = 0.3
    expect((await push('k-rate')).status).toBe(201)
    dice = 0
  })

  it('leaves the other targets alone', async () => {
    await setFault('500')
    expect((await sandbox.call('GET', '/iam/jwks.json')).status).toBe(200)
  })

  it('withholds a refusal too', async () => {
    await setFault('429')
    expect((await sandbox.call('POST', '/hr/training-records', '{')).status).toBe(429)
  })
})

describe('POST and GET /_faults', () => {
  it('lists what is in force', async () => {
    await setFault('slow', 0.5)
    expect((await sandbox.call('GET', '/_faults')).body).toEqual([{ target: 'hr', mode: 'slow', rate: 0.5 }])
    await setFault('slow', 0)
    expect((await sandbox.call('GET', '/_faults')).body).toEqual([])
  })

  it.each([
    [{ target: 'moon', mode: '500' }, 'target'],
    [{ mode: '500' }, 'target'],
    [{ target: 'hr', mode: 'explode' }, 'mode'],
    [{ target: 'hr' }, 'mode'],
    [{ target: 'hr', mode: '500', rate: 1.1 }, 'rate'],
    [{ target: 'hr', mode: '500', rate: '1' }, 'rate'],
    ['not json', 'body'],
    [[], 'body'],
  ])('refuses %j and names %s', async (body, field) => {
    const answer = await sandbox.call('POST', '/_faults', body)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer).toMatchObject({ status: 400, body: { status: 400, field, detail: expect.stringContaining(field) } })
  })
})
