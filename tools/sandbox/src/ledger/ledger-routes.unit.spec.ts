import { SandboxFixture } from '../sandbox.fixture'

const sandbox = new SandboxFixture()
beforeAll(() => sandbox.start())
afterAll(() => sandbox.stop())

const record = (key: string) => sandbox.call('POST', '/hr/training-records', { key }, { authorization: 'Bearer t', 'idempotency-key': key })

it('lists a target, with and without bodies', async () => {
  await record('k1')
  const at = expect.any(String)
  expect((await sandbox.call('GET', '/_ledger?target=hr')).body).toEqual([{ key: 'k1', at, body: { key: 'k1' } }])
  expect((await sandbox.call('GET', '/_ledger?target=hr&body=false')).body).toEqual([{ key: 'k1', at }])
  expect((await sandbox.call('GET', '/_ledger?target=directory')).body).toEqual([])
})

it.each([
  ['', 'target'],
  ['?target=moon', 'target'],
  ['?target=hr&body=no', 'body'],
])('refuses /_ledger%s and names %s', async (query, field) => {
  expect(await sandbox.call('GET', `/_ledger${query}`)).toMatchObject({ status: 400, body: { field } })
})

it('wipes every target, so that a key counts as new', async () => {
  await record('k2')
  expect((await sandbox.call('DELETE', '/_ledger')).status).toBe(204)
  expect(await sandbox.keys('hr')).toEqual([])
  expect((await record('k2')).status).toBe(201)
})
