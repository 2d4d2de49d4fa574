import { randomUUID } from 'node:crypto'
import { CourseCompletedV1, CourseVersionPublishedV1, EnrollmentRequestedV1 } from '@laurel/contracts'
import { Member } from '../consumers/member.fixture'
import { at, course, Learner } from '../events.fixture'
import { progressDatabase, startProgress } from '../progress.module'
import { Api, refusal, report } from './api.fixture'
import { ADMIN, enrolled, everyItem, get, getPage, orgAdmin } from './reads.fixture'

/** Real: the service over HTTP, its database, its tokens. */
const api = new Api()
let member: Member
beforeAll(async () => {
  await api.start(progressDatabase, startProgress)
  member = new Member(api.database.dataSource)
})
afterAll(() => api.stop())

/** The same learner in another course, enrolled at the nth second. */
async function alsoIn(learner: Learner, n: number, shape: Parameters<typeof course>[0] = { required: 2 }, orgId?: string) {
  const it = course(shape)
  await member.take(CourseVersionPublishedV1, it.version)
  const key = { user_id: learner.userId, course_version_id: it.id }
  await member.take(EnrollmentRequestedV1, { ...key, action: 'enroll', requested_at: at(n), ...(orgId && { org_id: orgId }) })
  return it
}
const idsOf = (items: readonly Record<string, unknown>[]) => items.map((item) => item['course_version_id'])

describe('GET /courses', () => {
  it('shows the caller’s courses, latest enrolled first, each with where to go on', async () => {
    const learner = await member.enroll(course({ required: 4 }))
    const [first, , third, fourth] = learner.course.required
    const untouched = await alsoIn(learner, 5, { required: 2 }, '99999999-0000-4000-8000-000000000001')
    const done = await alsoIn(learner, 7)
    await member.enroll(learner.course)
    await api.patch(learner, { items: [report(first, 100, at(30)), report(fourth, 5, at(20)), report(third, 5, at(20))] })
    const completion = { ...learner.completion(40), course_version_id: done.id }
    await member.take(CourseCompletedV1, completion)
    const page = await getPage(api, '', { sub: learner.userId })
    const row = (of: typeof done, over: object) => ({
      course_version_id: of.id,
      course_id: of.version.course_id,
      title: 'Handling food safely',
      org_id: null,
      status: 'active',
      cycle: 1,
      percentage: 0,
      completed_lessons: 0,
      total_lessons: 2,
      completed_at: null,
      due_at: null,
      last_accessed_at: null,
      ...over,
    })
    expect(page).toEqual({
      items: [
        row(done, { status: 'completed', percentage: 100, enrolled_at: at(7), completed_at: at(40), resume_lesson_id: null }),
        row(untouched, { enrolled_at: at(5), resume_lesson_id: untouched.required[0], org_id: '99999999-0000-4000-8000-000000000001' }),
        row(learner.course, {
          percentage: 25,
          completed_lessons: 1,
          total_lessons: 4,
          enrolled_at: at(0),
          last_accessed_at: at(30),
          resume_lesson_id: third,
        }),
      ],
      next_cursor: null,
    })
  })

  it('shows an enrollment whose course version has not arrived', async () => {
    const learner = new Learner(course({ required: 1 }))
    await member.take(EnrollmentRequestedV1, learner.request('enroll'))
    const { items } = await getPage(api, '', { sub: learner.userId })
    expect(items).toMatchObject([
      {
        course_version_id: learner.course.id,
        course_id: null,
        title: null,
        total_lessons: null,
        completed_lessons: 0,
        resume_lesson_id: null,
      },
    ])
  })

  it('filters by status', async () => {
    const learner = await member.enroll(course({ required: 1 }))
    const cancelled = await alsoIn(learner, 1)
    await member.take(EnrollmentRequestedV1, { ...learner.request('cancel', 3), course_version_id: cancelled.id })
    const ids = async (status?: string) => idsOf((await getPage(api, '', { sub: learner.userId }, status ? { status } : {})).items)
    expect(await ids()).toEqual([cancelled.id, learner.course.id])
    expect(await ids('active')).toEqual([learner.course.id])
    expect(await ids('cancelled_by_user')).toEqual([cancelled.id])
    expect(await ids('completed')).toEqual([])
    expect(refusal(await get(api, '', { sub: learner.userId }, { status: 'x' }))).toEqual([400, ['status']])
  })

  it.each([1, 7, 200])('shows each of 250 courses once in pages of %i, whatever is enrolled meanwhile', async (limit) => {
    const userId = randomUUID()
    // Fewer times than courses, and some of one millisecond.
    const enrolledAt = (n: number) => new Date(Date.UTC(2026, 0, 1) + (n % 60))
    const join = async (n: number, when: Date) => {
      const id = randomUUID()
      await enrolled(api.database, { id }, [{ userId, enrolledAt: when }])
      return { id, n: n % 60 }
    }
    const there = await Promise.all(Array.from({ length: 250 }, (_, n) => join(n, enrolledAt(n))))
    await api.database.dataSource.query("update enrollments set enrolled_at = enrolled_at + interval '3 microseconds' where user_id = $1", [
      userId,
    ])
    const items = await everyItem(api, '', { sub: userId }, limit, () => join(0, new Date('2026-02-01')))
    const expected = there.toSorted((a, b) => b.n - a.n || (a.id < b.id ? 1 : -1)).map(({ id }) => id)
    expect(idsOf(items)).toEqual(expected)
  })

  it('refuses a cursor that is none', async () => {
    const caller = { sub: randomUUID() }
    const madeUp = [`${randomUUID()} ${randomUUID()}`, `9999999999999999999 ${randomUUID()}`, `1.5 ${randomUUID()}`, '1'].map((key) =>
      Buffer.from(key).toString('base64url'),
    )
    for (const cursor of ['', 'x', ...madeUp]) expect(refusal(await get(api, '', caller, { cursor }))).toEqual([400, ['cursor']])
    for (const micros of ['0', '-1', '999999999999999999']) {
      const cursor = Buffer.from(`${micros} ${randomUUID()}`).toString('base64url')
      expect((await get(api, '', caller, { cursor })).status).toBe(200)
    }
  })
})

describe('the courses of another learner', () => {
  it('are shown to administrators, and those of an organisation to its own', async () => {
    const [orgId, learner] = [randomUUID(), await member.enroll(course({ required: 1 }))]
    const theirs = await alsoIn(learner, 1, { required: 1 }, orgId)
    const query = { user_id: learner.userId }
    expect(idsOf((await getPage(api, '', ADMIN, query)).items)).toEqual([theirs.id, learner.course.id])
    expect(idsOf((await getPage(api, '', orgAdmin(orgId), query)).items)).toEqual([theirs.id])
    expect((await getPage(api, '', orgAdmin(orgId), { ...query, status: 'completed' })).items).toEqual([])
    expect((await getPage(api, '', ADMIN, { user_id: randomUUID() })).items).toEqual([])
  })

  it('are refused to everybody else, the same whether the learner exists or not', async () => {
    const learner = await member.enroll(course({ required: 1 }))
    const callers = [{ sub: randomUUID() }, orgAdmin(randomUUID()), { sub: randomUUID(), claims: { roles: ['org_admin'] } }]
    const answers = await Promise.all(
      callers.flatMap((caller) => [learner.userId, randomUUID()].map((user_id) => get(api, '', caller, { user_id }))),
    )
    expect([...new Set(answers.map(({ status, body }) => `${status} ${body.detail}`))]).toEqual([expect.stringMatching(/^403 /)])
  })
})
