import { SandboxFixture } from '../sandbox.fixture'

const sandbox = new SandboxFixture()
beforeAll(() => sandbox.start())
afterAll(() => sandbox.stop())

const HEADERS = { authorization: 'Basic dTpw', 'x-experience-api-version': '1.0.3' }
const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const statement = (n: number, change: object = {}) => ({
  id: id(n),
  actor: { account: { homePage: 'https://laurel.example', name: 'u-1' } },
  verb: { id: 'http://adlnet.gov/expapi/verbs/completed' },
  object: { id: `https://laurel.example/lessons/${n}` },
  ...change,
})
const post = (body: unknown, headers: Record<string, string> = HEADERS) => sandbox.call('POST', '/lrs/statements', body, headers)

it('stores a batch and answers its ids in order', async () => {
  const answer = await post([statement(2), statement(1)])
  expect(answer).toMatchObject({ status: 200, body: [id(2), id(1)] })
  expect(answer.headers.get('x-experience-api-version')).toBe('1.0.3')
  expect(await sandbox.keys('lrs')).toEqual([id(2), id(1)])
})

it('stores a single statement', async () => {
  expect(await post(statement(3))).toMatchObject({ status: 200, body: [id(3)] })
})

it('ignores a statement that it has, after a restart too', async () => {
  await post([statement(10)])
  expect(await post([statement(10), statement(11)])).toMatchObject({ status: 200, body: [id(10), id(11)] })
  await sandbox.restart()
  expect((await post([statement(10)])).status).toBe(200)
  expect((await sandbox.keys('lrs')).filter((key) => key === id(10))).toHaveLength(1)
})

it('answers 409 to other content under a known id and stores nothing of the batch', async () => {
  await post([statement(20)])
  const answer = await post([statement(21), statement(20, { result: { completion: true } })])
  expect(answer).toMatchObject({ status: 409, body: { field: 'statements[1]', detail: expect.stringContaining(id(20)) } })
  expect(await sandbox.keys('lrs')).not.toContain(id(21))
})

it('answers 400 to a malformed statement and stores nothing of the batch', async () => {
  const answer = await post([statement(30), statement(31, { verb: {} })])
  expect(answer).toMatchObject({ status: 400, body: { field: 'statements[1]', detail: expect.stringContaining('verb.id') } })
  expect(await sandbox.keys('lrs')).not.toContain(id(30))
})

it('answers 400 to one id twice in a batch', async () => {
  expect((await post([statement(40), statement(40)])).status).toBe(400)
})

it('gives a statement back by its id', async () => {
  await post([statement(50)])
  const get = (query: string) => sandbox.call('GET', `/lrs/statements${query}`, undefined, HEADERS)
  expect(await get(`?statementId=${id(50)}`)).toMatchObject({
    status: 200,
    body: { ...statement(50), stored: expect.any(String), timestamp: expect.any(String) },
  })
  expect((await get(`?statementId=${id(51)}`)).status).toBe(404)
  expect(await get('')).toMatchObject({ status: 400, body: { field: 'statementId' } })
})

it('refuses without credentials or version', async () => {
  expect((await post([statement(60)], { 'x-experience-api-version': '1.0.3' })).status).toBe(401)
  const { authorization } = HEADERS
  const unversioned = await post([statement(60)], { authorization })
  expect(unversioned).toMatchObject({ status: 400, body: { field: 'x-experience-api-version' } })
  expect((await post([statement(60)], { authorization, 'x-experience-api-version': '2.0.0' })).status).toBe(400)
  expect(await post('[', HEADERS)).toMatchObject({ status: 400, body: { field: 'body' } })
})
