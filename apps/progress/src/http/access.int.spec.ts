import { randomUUID } from 'node:crypto'
import { CourseVersionPublishedV1, EnrollmentRequestedV1 } from '@laurel/contracts'
import { Member } from '../consumers/member.fixture'
import { course, type Learner } from '../events.fixture'
import { progressDatabase, startProgress } from '../progress.module'
import { Api, refusal, report, type Caller } from './api.fixture'

/** Real: the service over HTTP, its database, its tokens and key set. */
const api = new Api()
/** The same service's consumers, which bring course versions and what other services tell. */
let member: Member
let learner: Learner
let routes: (id?: string) => (readonly ['GET' | 'PATCH' | 'POST', string, unknown])[]

beforeAll(async () => {
  await api.start(progressDatabase, startProgress)
  member = new Member(api.database.dataSource)
  learner = await member.enroll(course({ required: 1, quizzes: [50] }))
  const { course_version_id } = learner.key
  routes = (id = course_version_id) => [
    ['GET', `/api/v1/courses/${id}/progress`, undefined],
    ['PATCH', `/api/v1/courses/${id}/progress`, report(learner.course.required[0])],
    ['POST', `/api/v1/courses/${id}/quiz-attempts`, { quiz_id: learner.course.quizzes[0], score: 70 }],
  ]
})
afterAll(() => api.stop())

/** The status that each route of a course answers this caller with. */
async function courseStatusesFor(caller: Caller, id?: string): Promise<number[]> {
  const answers = await Promise.all(routes(id).map(([method, path, body]) => api.call(method, path, caller, body)))
  return answers.map(({ status }) => status)
}

it('asks for a token before anything is said about the request', async () => {
  const answer = await api.call('PATCH', '/api/v1/courses/x/progress', { authorization: null }, '{"x":1}')
  expect(answer.status).toBe(401)
})

it('tells nothing of whether another learner or the course exists', async () => {
  const ask = (id: string, userId: string) => api.call('GET', `/api/v1/courses/${id}/progress?user_id=${userId}`, { sub: randomUUID() })
  const bodies = await Promise.all([
    ask(learner.key.course_version_id, learner.userId),
    ask(learner.key.course_version_id, randomUUID()),
    ask(randomUUID(), randomUUID()),
  ])
  expect(new Set(bodies.map(({ status, body }) => `${status} ${body.detail}`)).size).toBe(1)
})

it('answers a query that is no UUID, or given twice, or unknown with a 400 and the field', async () => {
  const ask = (query: string) =>
    api.call('GET', `/api/v1/courses/${learner.key.course_version_id}/progress?${query}`, { sub: learner.userId })
  expect(refusal(await ask('user_id=x'))).toEqual([400, ['user_id']])
  expect(refusal(await ask('user_id='))).toEqual([400, ['user_id']])
  expect(refusal(await ask(`user_id=${learner.userId}&user_id=${learner.userId}`))).toEqual([400, ['user_id']])
  expect(refusal(await ask(`user_id[]=${learner.userId}`))).toEqual([400, ['user_id[]']])
  expect(refusal(await ask('lesson_id=x'))).toEqual([400, ['lesson_id']])
})

describe('404', () => {
  it('for a course that is unknown', async () => {
    expect(await courseStatusesFor({ sub: learner.userId }, randomUUID())).toEqual([404, 404, 404])
  })

  it('for a course that the learner is not enrolled in, whoever else is', async () => {
    expect(await courseStatusesFor({ sub: randomUUID() })).toEqual([404, 404, 404])
    expect(await courseStatusesFor({ sub: randomUUID() }, learner.course.version.course_id)).toEqual([404, 404, 404])
  })

  it('for a route that does not exist', async () => {
    expect((await api.call('GET', '/api/v1/nothing', { sub: learner.userId })).status).toBe(404)
  })
})

describe('409', () => {
  it.each(['cancel', 'revoke'] as const)('for progress after %s; reading goes on', async (action) => {
    const closed = await member.enroll(course({ required: 1, quizzes: [50] }))
    await member.take(EnrollmentRequestedV1, closed.request(action, 5))
    const answer = await api.patch(closed, report(closed.course.required[0]))
    expect(answer).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(action === 'cancel' ? 'cancelled_by_user' : 'revoked_by_admin') },
    })
    expect((await api.attempt(closed, { quiz_id: closed.course.quizzes[0], score: 60 })).status).toBe(409)
    expect((await api.read(closed)).body).toMatchObject({
      percentage: 0,
      completed_lessons: 0,
      items: [{ status: 'not_started' }],
      quiz_attempts: [],
    })
    await member.take(EnrollmentRequestedV1, closed.request('reactivate', 6))
    expect((await api.patch(closed, report(closed.course.required[0]))).status).toBe(200)
  })

  it('for a course id that means several versions, naming them; a version’s id is taken', async () => {
    const first = course({ required: 1 })
    const { course_id } = first.version
    const second = course({ required: 1 }, { course_id, version: 2 })
    const both = await member.enroll(first)
    await member.take(CourseVersionPublishedV1, second.version)
    await api.enrollment(both, { course_version_id: second.id, action: 'enroll' })
    for (const answer of [await api.patch(both, report(first.required[0]), course_id), await api.read(both, course_id)]) {
      expect(answer.status).toBe(409)
      for (const { id } of [first, second]) expect(answer.body.detail).toContain(id)
    }
    expect((await api.patch(both, report(second.required[0]), second.id)).body).toMatchObject({
      course_version_id: second.id,
      percentage: 100,
    })
    expect((await api.read(both, first.id)).body).toMatchObject({ percentage: 0 })
  })
})
