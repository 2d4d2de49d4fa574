import { randomUUID } from 'node:crypto'
import { CourseVersionPublishedV1, EnrollmentRequestedV1, LessonProgressedV1 } from '@laurel/contracts'
import { Member } from '../consumers/member.fixture'
import { course, Learner, type Course } from '../events.fixture'
import { progressDatabase, startProgress } from '../progress.module'
import { Api, refusal, type AnswerBody } from './api.fixture'
import { ADMIN, enrolled, get, orgAdmin } from './reads.fixture'

/** Real: the service over HTTP, its database, its tokens. */
const api = new Api()
let member: Member
beforeAll(async () => {
  await api.start(progressDatabase, startProgress)
  member = new Member(api.database.dataSource)
})
afterAll(() => api.stop())

async function publish(shape: Parameters<typeof course>[0] = { required: 2 }, change: Parameters<typeof course>[1] = {}): Promise<Course> {
  const it = course(shape, change)
  await member.take(CourseVersionPublishedV1, it.version)
  return it
}
const ask = ({ id }: Pick<Course, 'id'>, caller = ADMIN, query: Record<string, string> = {}) => get(api, `/${id}/statistics`, caller, query)
async function statistics(...request: Parameters<typeof ask>): Promise<AnswerBody> {
  const { status, body } = await ask(...request)
  expect({ status, detail: body.detail }).toEqual({ status: 200, detail: undefined })
  return body
}

const ENROLLED = Date.UTC(2026, 0, 1)
const DAY = 86_400_000
const completedAfter = (days: number) =>
  ({ status: 'completed', percentage: 80, enrolledAt: new Date(ENROLLED), completedAt: new Date(ENROLLED + days * DAY) }) as const

describe('counts', () => {
  it('each status once, and shows a completed enrollment with 100', async () => {
    const it = await publish()
    await enrolled(api.database, it, [
      { percentage: 10 },
      { percentage: 21 },
      { percentage: 0 },
      completedAfter(1),
      { status: 'cancelled_by_user', percentage: 40 },
      { status: 'revoked_by_admin', percentage: 100, completedAt: new Date() },
      { status: 'cancelled_by_user', percentage: 29 },
      { status: 'revoked_by_admin' },
    ])
    expect(await statistics(it)).toMatchObject({
      course_version_id: it.id,
      course_id: it.version.course_id,
      title: it.version.title,
      enrolled: 8,
      active: 3,
      completed: 1,
      cancelled: 2,
      revoked: 2,
      completion_rate: 0.125,
      median_days_to_complete: 1,
      average_percentage: 37.5,
    })
  })

  it('nothing where nobody is enrolled', async () => {
    const it = await publish({ required: 1 })
    await enrolled(api.database, await publish(), [completedAfter(3)])
    expect(await statistics(it)).toEqual({
      course_version_id: it.id,
      course_id: it.version.course_id,
      title: it.version.title,
      enrolled: 0,
      active: 0,
      completed: 0,
      cancelled: 0,
      revoked: 0,
      completion_rate: null,
      median_days_to_complete: null,
      average_percentage: null,
      lessons: [{ lesson_id: it.required[0], title: 'A lesson', started: 0, completed: 0, drop_off: null, stopped_here: 0 }],
    })
  })

  it('all of a version that has no lessons', async () => {
    const it = await publish({ quizzes: [50] })
    await enrolled(api.database, it, [{}])
    expect(await statistics(it)).toMatchObject({ enrolled: 1, lessons: [] })
  })
})

describe('median_days_to_complete', () => {
  it.each<[string, Parameters<typeof enrolled>[2], number | null]>([
    ['of one', [completedAfter(2.5)], 2.5],
    ['of three is the middle one', [completedAfter(9), completedAfter(1), completedAfter(2)], 2],
    ['of four lies between the middle ones', [completedAfter(4), completedAfter(1), completedAfter(100), completedAfter(1.5)], 2.75],
    ['of none', [{}, { status: 'revoked_by_admin', completedAt: new Date() }], null],
    ['counts a completion from before the enrollment as no time', [completedAfter(-3)], 0],
    ['begins with a later cycle', [{ ...completedAfter(400), cycle: 2, cycleStartedAt: new Date(ENROLLED + 390 * DAY) }], 10],
  ])('%s', async (_, seeds, expected) => {
    const it = await publish()
    await enrolled(api.database, it, seeds)
    expect((await statistics(it))['median_days_to_complete']).toBe(expected)
  })
})

describe('lessons', () => {
  /** Enrolls a learner who does this, one lesson after the other: its place in the course, how far, and when. */
  async function learnerOf(it: Course, ...steps: [place: number, percentage: number, n: number][]): Promise<Learner> {
    const learner = new Learner(it)
    await member.take(EnrollmentRequestedV1, learner.request('enroll'))
    const lessons = it.required
    if (steps.length > 0)
      await member.take(LessonProgressedV1, ...steps.map(([place, percentage, n]) => learner.progressed(lessons[place]!, percentage, n)))
    return learner
  }
  const lessonsOf = async (...request: Parameters<typeof ask>) =>
    ((await statistics(...request))['lessons'] as Record<string, unknown>[]).map((lesson) => [
      lesson['started'],
      lesson['completed'],
      lesson['drop_off'],
      lesson['stopped_here'],
    ])

  it('show who started, completed and dropped off, and where those stopped who have not completed', async () => {
    const it = await publish({ required: 4 })
    await learnerOf(it, [0, 100, 1], [1, 100, 2], [2, 50, 3])
    await learnerOf(it, [0, 100, 1], [1, 20, 2])
    await learnerOf(it, [1, 100, 1], [0, 100, 9])
    await learnerOf(it, [0, 0, 1])
    await learnerOf(it)
    const completed = await learnerOf(it, [0, 100, 1], [1, 100, 2], [2, 10, 3])
    await api.database.dataSource.query("update enrollments set status = 'completed' where user_id = $1", [completed.userId])
    const cancelled = await learnerOf(it, [0, 10, 1])
    await member.take(EnrollmentRequestedV1, cancelled.request('cancel', 9))
    expect(await lessonsOf(it)).toEqual([
      [5, 4, 0.2, 3],
      [4, 3, 0.25, 1],
      [2, 0, 1, 1],
      [0, 0, null, 0],
    ])
  })

  it('are in the order of the course', async () => {
    const lessons = [3, 1, 2].map((position) => ({ lesson_id: randomUUID(), title: `Lesson ${position}`, position, required: true }))
    const it = await publish({}, { lessons })
    expect((await statistics(it))['lessons']).toMatchObject([{ title: 'Lesson 1' }, { title: 'Lesson 2' }, { title: 'Lesson 3' }])
  })

  it('reported at one moment stop at the last of the course', async () => {
    const it = await publish({ required: 12 })
    for (const places of [[...it.required.keys()], [...it.required.keys()].reverse()]) {
      await learnerOf(it, ...places.map((place): [number, number, number] => [place, 100, 1]))
    }
    expect((await lessonsOf(it)).map(([, , , stopped]) => stopped)).toEqual([...Array<number>(11).fill(0), 2])
  })

  it('count the records of this version alone', async () => {
    const it = await publish({ required: 1 })
    const other = course({ required: 1 }, { lessons: it.version.lessons })
    await member.take(CourseVersionPublishedV1, other.version)
    const learner = await learnerOf(it, [0, 50, 1])
    const key = { user_id: learner.userId, course_version_id: other.id }
    await member.take(EnrollmentRequestedV1, { ...key, action: 'enroll', requested_at: '2026-01-01T00:00:00.000Z' })
    await member.take(LessonProgressedV1, { ...learner.progressed(it.required[0]!, 100), ...key })
    expect(await lessonsOf(it)).toEqual([[1, 0, 1, 1]])
    expect(await lessonsOf(other)).toEqual([[1, 1, 0, 1]])
  })

  it('are those of one organisation for its administrator, or where an administrator asks for it', async () => {
    const [it, orgId] = [await publish({ required: 1 }), randomUUID()]
    await learnerOf(it, [0, 100, 1])
    const employee = await learnerOf(it, [0, 40, 1])
    await api.database.dataSource.query('update enrollments set org_id = $2 where user_id = $1', [employee.userId, orgId])
    const theirs = await statistics(it, orgAdmin(orgId))
    expect(theirs).toMatchObject({ enrolled: 1, lessons: [{ started: 1, completed: 0, stopped_here: 1 }] })
    expect(await statistics(it, ADMIN, { org_id: orgId })).toEqual(theirs)
    expect(await statistics(it, orgAdmin(orgId), { org_id: orgId.toUpperCase() })).toEqual(theirs)
    expect(await statistics(it)).toMatchObject({ enrolled: 2, lessons: [{ started: 2 }] })
    expect(await statistics(it, orgAdmin(randomUUID()))).toMatchObject({ enrolled: 0, lessons: [{ started: 0 }] })
  })
})

describe('access', () => {
  it('is for administrators, and for those of an organisation to their own', async () => {
    const it = await publish()
    expect((await ask(it, { sub: randomUUID() })).status).toBe(403)
    expect((await ask(it, { sub: randomUUID(), claims: { org_id: randomUUID() } })).status).toBe(403)
    expect((await ask(it, { sub: randomUUID(), claims: { roles: ['org_admin'] } })).status).toBe(403)
    expect((await ask(it, orgAdmin(randomUUID()), { org_id: randomUUID() })).status).toBe(403)
    expect((await ask(it, { authorization: null })).status).toBe(401)
  })

  it('to the course of another organisation is not given, unless one’s own learners are enrolled in it', async () => {
    const [owner, orgId] = [randomUUID(), randomUUID()]
    const it = await publish({ required: 1 }, { org_id: owner })
    expect((await ask(it, orgAdmin(orgId))).status).toBe(404)
    expect((await ask(it, orgAdmin(owner))).status).toBe(200)
    await enrolled(api.database, it, [{ orgId }])
    expect((await ask(it, orgAdmin(orgId))).body).toMatchObject({ enrolled: 1 })
  })
})

describe('the id', () => {
  it('of a course is a 422 that names its versions', async () => {
    const first = await publish()
    const { course_id } = first.version
    const second = await publish({}, { course_id, version: 2 })
    const answer = await ask({ id: course_id })
    expect(refusal(answer)).toEqual([422, ['id']])
    for (const { id } of [first, second]) expect(answer.body.detail).toContain(id)
  })

  it('may be in upper case; an unknown one is a 404, none a 400', async () => {
    const it = await publish()
    expect((await ask({ id: it.id.toUpperCase() })).body).toMatchObject({ course_version_id: it.id })
    expect((await ask({ id: randomUUID() })).status).toBe(404)
    expect(refusal(await ask({ id: 'x' }))).toEqual([400, ['id']])
    expect(refusal(await ask(it, ADMIN, { status: 'active' }))).toEqual([400, ['status']])
  })
})
