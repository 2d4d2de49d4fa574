import { SandboxFixture } from '../sandbox.fixture'

const sandbox = new SandboxFixture()
beforeAll(() => sandbox.start())
afterAll(() => sandbox.stop())
beforeEach(() => sandbox.call('DELETE', '/graphy/_learners'))

const course = (completed = false, id = 'food-1') => ({
  id,
  Title: 'Handling food safely',
  'course items': [{ completed, type: 'video', title: 'Washing hands' }],
})
const learner = (n: number, change: object = {}) => ({ id: `g${n}`, email: `l${n}@learners.example`, courses: [course()], ...change })
const put = (...learners: object[]) => sandbox.call('POST', '/graphy/_learners', { learners })
const list = (query: Record<string, string> = {}) =>
  sandbox.call('GET', `/graphy/public/v2/learners?${new URLSearchParams({ mid: 'm', key: 'k', courseInfo: 'true', ...query }).toString()}`)

it('lists learners in pages of at most 50, ten unless told, with how many there are', async () => {
  await put(...Array.from({ length: 60 }, (_, n) => learner(n)))
  const ids = async (query: Record<string, string>) => {
    const { data, total } = (await list(query)).body as { data: { id: string }[]; total: number }
    expect(total).toBe(60)
    return data.map(({ id }) => id)
  }
  expect(await ids({})).toHaveLength(10)
  expect(await ids({ limit: '1000' })).toHaveLength(50)
  expect(await ids({ limit: '3', skip: '58' })).toEqual(['g58', 'g59'])
})

it('finds one e-mail in any case, and shows courses only when asked', async () => {
  await put(learner(1), learner(2))
  const query = JSON.stringify({ email: 'L2@Learners.example' })
  expect((await list({ query })).body).toEqual({ data: [learner(2)], total: 1 })
  expect((await list({ query, courseInfo: 'false' })).body).toEqual({ data: [{ id: 'g2', email: 'l2@learners.example' }], total: 1 })
  expect((await list({ query: JSON.stringify({ email: 'nobody@learners.example' }) })).body).toEqual({ data: [], total: 0 })
})

it('lets a learner complete late', async () => {
  await put(learner(1))
  await put(learner(1, { courses: [course(true)] }))
  expect((await list()).body).toEqual({ data: [learner(1, { courses: [course(true)] })], total: 1 })
})

it.each([
  [{ key: '' }, 401, 'key'],
  [{ mid: '' }, 401, 'mid'],
  [{ limit: '0' }, 400, 'limit'],
  [{ skip: '-1' }, 400, 'skip'],
  [{ query: '{"email":7}' }, 400, 'query'],
  [{ query: 'l1' }, 400, 'query'],
])('refuses %j', async (query, status, field) => {
  expect(await list(query as Record<string, string>)).toMatchObject({ status, body: { field } })
})

it.each([
  [{ email: '' }, 'email'],
  [{ courses: null }, 'courses'],
  [{ courses: [{ ...course(), 'course items': [{ completed: 'yes', type: 'video', title: 't' }] }] }, 'completed'],
])('takes no learner with %j', async (change, field) => {
  expect(await put(learner(1, change))).toMatchObject({ status: 400, body: { field } })
})

it('fails on request', async () => {
  await sandbox.call('POST', '/_faults', { target: 'graphy', mode: '500' })
  expect((await list()).status).toBe(500)
  await sandbox.call('POST', '/_faults', { target: 'graphy', mode: 'none' })
  expect((await list()).status).toBe(200)
})
