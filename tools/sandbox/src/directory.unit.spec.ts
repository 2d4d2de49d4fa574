import { SandboxFixture } from './sandbox.fixture'

const sandbox = new SandboxFixture()
beforeAll(() => sandbox.start())
afterAll(() => sandbox.stop())

const A = '1a2b3c4d-0000-4000-8000-000000000001'
const B = '1a2b3c4d-0000-4000-8000-000000000002'
const get = async (id: string) => sandbox.call('GET', `/directory/users/${id}`)

it('knows every learner, always as the same person, no two with one address', async () => {
  const first = await get(A)
  expect(first).toMatchObject({
    status: 200,
    body: {
      user_id: A,
      email: 'learner-1a2b3c4d000040008000000000000001@learners.example',
      given_name: 'Learner',
      family_name: '1a2b3c4d',
    },
  })
  expect((await get(A)).body).toEqual(first.body)
  expect((await get(B)).body).not.toMatchObject({ email: (first.body as { email: string }).email })
})

it('refuses what is no UUID', async () => {
  expect(await get('7')).toMatchObject({ status: 400, body: { field: 'user_id' } })
})
