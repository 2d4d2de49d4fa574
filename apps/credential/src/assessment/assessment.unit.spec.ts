import { NO_ABORT, OutsideFixture } from '../outside.fixture'
import { Assessment } from './assessment'

const outside = new OutsideFixture()
let assessment: Assessment
beforeAll(async () => {
  await outside.start()
  assessment = new Assessment(outside.system('assessment'))
})
afterAll(() => outside.stop())

const score = (status: number, body?: unknown) => {
  outside.answer = () => ({ status, body })
  return assessment.score('u1', 'v1', NO_ABORT)
}

it('says the score', async () => {
  await expect(score(200, { score: 87.5 })).resolves.toBe(87.5)
  await expect(score(200, { score: 0 })).resolves.toBe(0)
  expect(outside.calls.at(-1)).toMatchObject({ method: 'GET', path: '/assessment/users/u1/course-versions/v1/score' })
})

it('says null where there is none', async () => {
  await expect(score(404)).resolves.toBeNull()
})

it.each([{}, { score: '87' }, { score: 101 }, { score: -1 }, { score: null }])('fails for good when told %j', async (body) => {
  await expect(score(200, body)).rejects.toMatchObject({ name: 'PermanentJobError' })
})

it('may be asked again when it is unwell', async () => {
  await expect(score(500)).rejects.toMatchObject({ name: 'OutsideCallError' })
})
