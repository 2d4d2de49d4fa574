import { NO_ABORT, OutsideFixture } from '../outside.fixture'
import { Directory } from './directory'

const outside = new OutsideFixture()
let directory: Directory
beforeAll(async () => {
  await outside.start()
  directory = new Directory(outside.system('directory'))
})
afterAll(() => outside.stop())

const learner = (status: number, body?: unknown) => {
  outside.answer = () => ({ status, body })
  return directory.learner('u/1', NO_ABORT)
}

it('says who a learner is', async () => {
  await expect(learner(200, { email: 'a@learners.example', given_name: ' Ada ', family_name: 'L' })).resolves.toEqual({
    email: 'a@learners.example',
    givenName: 'Ada',
    familyName: 'L',
  })
  expect(outside.calls.at(-1)).toMatchObject({ method: 'GET', path: '/directory/users/u%2F1' })
})

it.each([{}, { email: 'nobody', given_name: 'A', family_name: 'B' }, { email: 'a@b', given_name: 'A' }, 'text', null])(
  'fails for good when told %j',
  async (body) => {
    await expect(learner(200, body)).rejects.toMatchObject({ name: 'PermanentJobError' })
  },
)

it('fails for good for an unknown learner', async () => {
  await expect(learner(404)).rejects.toMatchObject({ name: 'PermanentJobError' })
})

it('may be asked again when it is unwell', async () => {
  await expect(learner(503)).rejects.toMatchObject({ name: 'OutsideCallError' })
})
