import { SandboxFixture } from '../sandbox.fixture'

const sandbox = new SandboxFixture()
beforeAll(() => sandbox.start())
afterAll(() => sandbox.stop())

it('answers 404 at an unknown path and 405 with Allow for another method', async () => {
  expect((await sandbox.call('GET', '/nothing')).status).toBe(404)
  const answer = await sandbox.call('POST', '/_ledger')
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, DELETE'])
})

it('ignores a trailing slash', async () => {
  expect(await sandbox.call('GET', '/livez/')).toMatchObject({ status: 200, body: { status: 'ok' } })
})

it('answers 400 to a path that is not percent-encoded', async () => {
  expect((await sandbox.call('GET', '/directory/users/%ff')).status).toBe(400)
})

it('answers 413 to a body over the limit', async () => {
  const answer = await sandbox.call('POST', '/_faults', ' '.repeat(32 * 1024 * 1024 + 1))
  expect(answer).toMatchObject({ status: 413, body: { field: 'body' } })
})
