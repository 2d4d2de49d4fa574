import { randomUUID } from 'node:crypto'
import { CourseCompletedV1, CourseVersionPublishedV1, EnrollmentRequestedV1, LessonProgressedV1 } from '@laurel/contracts'
import { Member } from '../consumers/member.fixture'
import { at, course, Learner } from '../events.fixture'
import { progressDatabase, startProgress } from '../progress.module'
import { Api, type Caller } from './api.fixture'

/** Real: the service over HTTP, its database, its tokens. */
const api = new Api()
/** The same service's consumers. */
let member: Member

beforeAll(async () => {
  await api.start(progressDatabase, startProgress)
  member = new Member(api.database.dataSource)
})
afterAll(() => api.stop())

const orgId = randomUUID()
const cycles = (id: string, caller: Caller, userId?: string) =>
  api.call('GET', `/api/v1/courses/${id}/cycles${userId === undefined ? '' : `?user_id=${userId}`}`, caller)

/** A learner of an organisation, in the second cycle, who did one of two lessons in the first and completed it. */
async function inSecondCycle(): Promise<Learner> {
  const learner = new Learner(course({ required: 2 }))
  await member.take(CourseVersionPublishedV1, learner.course.version)
  await member.take(EnrollmentRequestedV1, learner.request('enroll', 1, { org_id: orgId, reason: 'assigned' }))
  await member.take(LessonProgressedV1, learner.progressed(learner.course.required[0]!, 100, 2))
  await member.take(CourseCompletedV1, learner.completion(9))
  await member.take(EnrollmentRequestedV1, learner.request('open_cycle', 20, { reason: 'a year has passed' }))
  return learner
}

it('tells every cycle, the open one first', async () => {
  const learner = await inSecondCycle()
  const lesson = { ...learner.progressed(learner.course.required[1]!, 100), occurred_at: new Date().toISOString() }
  await member.take(LessonProgressedV1, lesson)
  const { status, body } = await cycles(learner.course.id, { sub: learner.userId })
  expect(status).toBe(200)
  const opened = (body['items'] as { cycle_started_at: string }[])[0]!.cycle_started_at
  expect(Date.parse(opened)).toBeGreaterThan(Date.now() - 60_000)
  expect(body).toEqual({
    ...learner.key,
    items: [
      {
        cycle: 2,
        status: 'active',
        status_reason: 'a year has passed',
        cycle_started_at: opened,
        closed_at: null,
        enrolled_at: at(1),
        completed_at: null,
        percentage: 50,
        completed_lessons: 1,
        total_lessons: 2,
      },
      {
        cycle: 1,
        status: 'completed',
        status_reason: null,
        cycle_started_at: '1970-01-01T00:00:00.000Z',
        closed_at: opened,
        enrolled_at: at(1),
        completed_at: at(9),
        percentage: 100,
        completed_lessons: 1,
        total_lessons: 2,
      },
    ],
  })
})

it('tells the one cycle of most, by the id of the course as well', async () => {
  const learner = await member.enroll(course({ required: 1 }))
  for (const id of [learner.course.id, learner.course.version.course_id, learner.course.id.toUpperCase()])
    expect((await cycles(id, { sub: learner.userId })).body).toMatchObject({ ...learner.key, items: [{ cycle: 1, closed_at: null }] })
})

it('shows a closed cycle as it was closed, and what was decided of it later', async () => {
  const learner = await member.enroll(course({ required: 2 }))
  await member.take(LessonProgressedV1, learner.progressed(learner.course.required[0]!, 100, 2))
  await member.take(EnrollmentRequestedV1, learner.request('revoke', 3), learner.request('open_cycle', 4))
  const first = async () => (await cycles(learner.course.id, { sub: learner.userId })).body['items'] as object[]
  const asClosed = { cycle: 1, status: 'revoked_by_admin', percentage: 50, completed_lessons: 1, completed_at: null }
  expect((await first())[1]).toMatchObject(asClosed)
  await member.take(LessonProgressedV1, learner.progressed(learner.course.required[1]!, 100, 5))
  await member.take(CourseCompletedV1, learner.completion(9))
  expect((await first())[1]).toMatchObject({ ...asClosed, completed_at: at(9) })
})

describe('of another learner', () => {
  it('is for administrators, and for those of the organisation', async () => {
    const { course, userId } = await inSecondCycle()
    const own = (await cycles(course.id, { sub: userId })).body
    for (const claims of [{ roles: ['admin'] }, { roles: ['org_admin'], org_id: orgId }]) {
      const answer = await cycles(course.id, { sub: randomUUID(), claims }, userId)
      expect([answer.status, answer.body]).toEqual([200, own])
    }
  })

  it('is 403 for everybody else, and tells nothing of whether they are enrolled or the course exists', async () => {
    const learner = await inSecondCycle()
    const nobodys = await member.enroll(course({ required: 1 }))
    const details = new Set<string>()
    for (const claims of [{}, { org_id: orgId }, { roles: ['org_admin'] }, { roles: ['org_admin'], org_id: randomUUID() }]) {
      for (const [id, named] of [
        [learner.course.id, learner.userId],
        [nobodys.course.id, nobodys.userId],
        [learner.course.id, randomUUID()],
        [randomUUID(), learner.userId],
      ] as const) {
        const answer = await cycles(id, { sub: randomUUID(), claims }, named)
        expect(answer.status).toBe(403)
        details.add(answer.body.detail)
      }
    }
    expect(details.size).toBe(1)
  })
})

it('is 404 without an enrollment, also for an administrator, and for an unknown course', async () => {
  const { course } = await inSecondCycle()
  expect((await cycles(course.id, { sub: randomUUID() })).status).toBe(404)
  expect((await cycles(course.id, { sub: randomUUID(), claims: { roles: ['admin'] } }, randomUUID())).status).toBe(404)
  expect((await cycles(randomUUID(), { sub: randomUUID() })).status).toBe(404)
})
