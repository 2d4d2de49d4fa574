import { SandboxFixture } from './sandbox.fixture'

const sandbox = new SandboxFixture()
beforeAll(() => sandbox.start())
afterAll(() => sandbox.stop())

const VERSION = '00000000-0000-4000-8000-00000000000a'
const learner = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const get = (user: string, version: string) => sandbox.call('GET', `/assessment/users/${user}/course-versions/${version}/score`)

it('gives whole scores from 0 to 100 that depend on learner and course version alone', async () => {
  const ask = async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => get(learner(n), VERSION)))
    return answers.map(({ body }) => (body as { score: number }).score)
  }
  const scores = await ask()
  expect(scores.every((score) => Number.isInteger(score) && score >= 0 && score <= 100)).toBe(true)
  expect(new Set(scores).size).toBeGreaterThan(20)
  expect(await ask()).toEqual(scores)
})

it('refuses what is no UUID and names it', async () => {
  expect(await get('x', VERSION)).toMatchObject({ status: 400, body: { field: 'user_id' } })
  expect(await get(learner(1), 'x')).toMatchObject({ status: 400, body: { field: 'course_version_id' } })
})
