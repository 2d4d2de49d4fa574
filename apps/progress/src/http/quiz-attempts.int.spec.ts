import { QuizAttemptedV1 } from '@laurel/contracts'
import { Member } from '../consumers/member.fixture'
import { announced, at, course } from '../events.fixture'
import { progressDatabase, startProgress } from '../progress.module'
import { Api } from './api.fixture'

/** Real: the service over HTTP, its database, its tokens. */
const api = new Api()
/** The same service's consumers, which bring course versions and what other services tell. */
let member: Member
beforeAll(async () => {
  await api.start(progressDatabase, startProgress)
  member = new Member(api.database.dataSource)
})
afterAll(() => api.stop())

const events = (learner: Parameters<typeof announced>[1]) => announced(api.database.dataSource, learner, QuizAttemptedV1.topic)

async function enrolled() {
  const learner = await member.enroll(course({ quizzes: [70] }))
  const [quiz_id] = learner.course.quizzes
  return { learner, quiz_id, attempt: (body: Record<string, unknown>) => api.attempt(learner, { quiz_id, ...body }) }
}

it('records an attempt, computes whether it passed, and announces it', async () => {
  const { learner, quiz_id, attempt } = await enrolled()
  expect(await attempt({ score: 69.9, started_at: at(1), completed_at: at(2) })).toMatchObject({
    status: 201,
    body: { quiz_id, attempt_number: 1, score: 69.9, is_passed: false, completed_at: at(2) },
  })
  expect((await attempt({ score: 70, completed_at: at(3) })).body).toEqual({
    quiz_id,
    attempt_number: 2,
    score: 70,
    started_at: null,
    is_passed: true,
    completed_at: at(3),
  })
  expect((await events(learner)).map(({ data }) => data)).toEqual([
    { ...learner.key, quiz_id, attempt_number: 1, score: 69.9, is_passed: false, started_at: at(1), completed_at: at(2) },
    { ...learner.key, quiz_id, attempt_number: 2, score: 70, is_passed: true, completed_at: at(3) },
  ])
  expect((await api.read(learner)).body).toMatchObject({
    percentage: 100,
    quiz_attempts: [{ attempt_number: 1, started_at: at(1) }, { attempt_number: 2 }],
  })
})

it('gives numbers without gap or repetition under 10 requests at once', async () => {
  const { learner, attempt } = await enrolled()
  const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => attempt({ score: n })))
  expect(answers.map(({ body }) => body['attempt_number'] as number).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(await events(learner)).toHaveLength(10)
})

it.each<[string, Record<string, unknown>]>([
  ['number', { attempt_number: 1 }],
  ['time', { completed_at: at(4) }],
  ['number and time', { attempt_number: 1, completed_at: at(4) }],
  ['number and a time in the future', { attempt_number: 1, completed_at: '9999-12-31T00:00:00Z' }],
])('answers a repeat that names its %s as the first time, at once or later', async (_, named) => {
  const { learner, attempt } = await enrolled()
  const rivals = await Promise.all(Array.from({ length: 5 }, () => attempt({ score: 80, ...named })))
  const late = await attempt({ score: 80, ...named })
  expect([...rivals, late].map(({ status, body }) => [status, body])).toEqual([...rivals, late].map(() => [201, rivals[0]!.body]))
  expect(await events(learner)).toHaveLength(1)
})

it('refuses a number that is another attempt’s, and one past the last', async () => {
  const { attempt } = await enrolled()
  await attempt({ score: 80, attempt_number: 2_147_483_647 })
  expect(await attempt({ score: 81, attempt_number: 2_147_483_647 })).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('attempt_number 2147483647') },
  })
  expect(await attempt({ score: 81 })).toMatchObject({ status: 409, body: { detail: expect.stringContaining('attempt_number') } })
  expect((await attempt({ score: 81, attempt_number: 1 })).status).toBe(201)
})
