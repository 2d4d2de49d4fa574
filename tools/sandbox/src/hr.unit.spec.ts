import { SandboxFixture } from './sandbox.fixture'

const sandbox = new SandboxFixture()
beforeAll(() => sandbox.start())
afterAll(() => sandbox.stop())

const push = (key: string, body: unknown, headers: Record<string, string> = { authorization: 'Bearer t' }) =>
  sandbox.call('POST', '/hr/training-records', body, { 'idempotency-key': key, ...headers })

it('takes a record once per key, whatever the order of its fields, after a restart too', async () => {
  const first = await push('k1', { course_code: 'C-1', hours: 2 })
  expect(first).toMatchObject({ status: 201, body: { id: expect.any(String) } })
  expect(await push('k1', { hours: 2, course_code: 'C-1' })).toMatchObject({ status: 200, body: first.body })
  await sandbox.restart()
  expect(await push('k1', { course_code: 'C-1', hours: 2 })).toMatchObject({ status: 200, body: first.body })
  expect(await push('k1', { course_code: 'C-1', hours: 3 })).toMatchObject({ status: 422, body: { field: 'idempotency-key' } })
  expect(await sandbox.keys('hr')).toEqual(['k1'])
  expect((await push('k2', { course_code: 'C-1', hours: 2 })).body).not.toEqual(first.body)
})

it('refuses without a token, a key or an object', async () => {
  const anonymous = await push('k3', {}, {})
  expect([anonymous.status, anonymous.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  expect((await push('k3', {}, { authorization: 'Basic dDo=' })).status).toBe(401)
  expect(await push('', {})).toMatchObject({ status: 400, body: { field: 'idempotency-key' } })
  expect(await push('k3', [1])).toMatchObject({ status: 400, body: { field: 'body' } })
  expect(await sandbox.keys('hr')).not.toContain('k3')
})
