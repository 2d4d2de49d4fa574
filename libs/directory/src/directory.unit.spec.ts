import { OutsideCallError, PermanentJobError, type OutsideRequest } from '@laurel/jobs'
import { Directory } from './directory'

const { signal } = new AbortController()
const asked: OutsideRequest[] = []

const learner = (answer: () => unknown) =>
  new Directory({
    request: async (request) => {
      asked.push(request)
      return { status: 200, body: answer() }
    },
  }).learner('u/1', signal)

it('says who a learner is', async () => {
  const body = { email: 'a@learners.example', given_name: ' Ada ', family_name: 'L' }
  await expect(learner(() => body)).resolves.toEqual({ email: 'a@learners.example', givenName: 'Ada', familyName: 'L' })
  expect(asked).toEqual([{ method: 'GET', path: '/users/u%2F1', signal }])
})

it.each([{}, { email: 'nobody', given_name: 'A', family_name: 'B' }, { email: 'a@b', given_name: 'A' }, 'text', null])(
  'fails for good when told %j',
  async (body) => {
    await expect(learner(() => body)).rejects.toBeInstanceOf(PermanentJobError)
  },
)

it.each([new PermanentJobError('answered 404'), new OutsideCallError('answered 503')])('passes on that it %s', async (error) => {
  await expect(
    learner(() => {
      throw error
    }),
  ).rejects.toBe(error)
})
