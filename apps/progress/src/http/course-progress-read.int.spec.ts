import { randomUUID } from 'node:crypto'
import { CourseCompletedV1, EnrollmentRequestedV1, QuizAttemptedV1 } from '@laurel/contracts'
import { Member } from '../consumers/member.fixture'
import { at, course, Learner } from '../events.fixture'
import { progressDatabase, startProgress } from '../progress.module'
import { Api, report } from './api.fixture'
import { ADMIN, get, orgAdmin } from './reads.fixture'

/** Real: the service over HTTP, its database, its tokens. */
const api = new Api()
let member: Member
beforeAll(async () => {
  await api.start(progressDatabase, startProgress)
  member = new Member(api.database.dataSource)
})
afterAll(() => api.stop())

const pathOf = (learner: Learner) => `/${learner.key.course_version_id}/progress`
const shown = async (learner: Learner) => (await api.read(learner)).body
const resumed = async (learner: Learner) => (await shown(learner))['resume']

describe('GET /courses/:id/progress', () => {
  it('shows every lesson in the order of the course, every quiz and attempt, and where to go on', async () => {
    const lesson = (title: string, position: number) => ({ lesson_id: randomUUID(), title, position, required: true })
    const lessons = [lesson('Drying', 2), lesson('Washing', 0), lesson('Rinsing', 1)]
    const it = course({ quizzes: [70, 80] }, { lessons, title: 'Clean hands' })
    const learner = new Learner(it)
    await member.enroll(it)
    await member.take(EnrollmentRequestedV1, learner.request('enroll', 1, { due_at: at(500) }))
    const [drying, washing, rinsing] = lessons.map(({ lesson_id }) => lesson_id)
    const [first, second] = it.quizzes as [string, string]
    await api.patch(learner, { items: [report(washing, 100, at(5)), report(drying, 30, at(6)), report(drying, 20, at(7))] })
    await member.take(QuizAttemptedV1, learner.attempt(first, 60, 8), learner.attempt(first, 75, 9, 2), learner.attempt(first, 40, 9, 3))
    const none = { status: 'not_started', progress_percentage: 0, started_at: null, last_accessed_at: null, completed_at: null }
    const attempt = (attempt_number: number, score: number, is_passed: boolean, n: number) => {
      return { quiz_id: first, attempt_number, score, is_passed, started_at: null, completed_at: at(n) }
    }
    expect(await shown(learner)).toEqual({
      course_version_id: it.id,
      course_id: it.version.course_id,
      title: 'Clean hands',
      status: 'active',
      status_reason: null,
      cycle: 1,
      percentage: 40,
      completed_lessons: 1,
      total_lessons: 3,
      enrolled_at: at(1),
      completed_at: null,
      due_at: at(500),
      resume: { lesson_id: drying, title: 'Drying', progress_percentage: 30 },
      items: [
        {
          lesson_id: washing,
          title: 'Washing',
          status: 'completed',
          progress_percentage: 100,
          started_at: at(5),
          last_accessed_at: at(5),
          completed_at: at(5),
        },
        { lesson_id: rinsing, title: 'Rinsing', ...none },
        {
          lesson_id: drying,
          title: 'Drying',
          status: 'in_progress',
          progress_percentage: 30,
          started_at: at(6),
          last_accessed_at: at(7),
          completed_at: null,
        },
      ],
      quizzes: [
        { quiz_id: first, title: 'A quiz', is_passed: true, attempts: 3, best_score: 75 },
        { quiz_id: second, title: 'A quiz', is_passed: false, attempts: 0, best_score: null },
      ],
      quiz_attempts: [attempt(1, 60, false, 8), attempt(2, 75, true, 9), attempt(3, 40, false, 9)],
    })
  })

  it('goes on with the first lesson, then with the one accessed last, until all are done', async () => {
    const learner = await member.enroll(course({ required: 3, quizzes: [50] }))
    const [one, two, three] = learner.course.required
    expect(await resumed(learner)).toMatchObject({ lesson_id: one, progress_percentage: 0 })
    await api.patch(learner, report(two, 10, at(3)))
    await api.patch(learner, report(three, 10, at(2)))
    expect(await resumed(learner)).toMatchObject({ lesson_id: two, progress_percentage: 10 })
    await api.patch(learner, report(two, 100, at(9)))
    expect(await resumed(learner)).toMatchObject({ lesson_id: three })
    await api.patch(learner, { items: [report(one), report(three)] })
    expect(await shown(learner)).toMatchObject({ resume: null, percentage: 75, status: 'active' })
  })

  it('shows a completed course with 100 and its date, and nothing to go on with', async () => {
    const learner = await member.enroll(course({ required: 2 }))
    await api.patch(learner, report(learner.course.required[0]))
    await member.take(CourseCompletedV1, learner.completion(9))
    expect(await shown(learner)).toMatchObject({
      status: 'completed',
      percentage: 100,
      completed_lessons: 1,
      completed_at: at(9),
      resume: null,
    })
  })

  it('shows another learner to administrators, and to those of the organisation that enrolled them', async () => {
    const it = course({ required: 1 })
    const [learner, orgId] = [await member.enroll(it), randomUUID()]
    const employee = new Learner(it)
    await member.take(EnrollmentRequestedV1, employee.request('enroll', 0, { org_id: orgId }))
    const answer = (caller: Parameters<typeof get>[2], whose: Learner, id = it.id) =>
      get(api, `/${id}/progress`, caller, { user_id: whose.userId })
    const own = await api.read(employee)
    expect(own.status).toBe(200)
    expect((await answer(ADMIN, employee)).body).toEqual(own.body)
    expect((await answer(orgAdmin(orgId), employee)).body).toEqual(own.body)
    expect((await answer(orgAdmin(orgId), employee, it.version.course_id)).body).toEqual(own.body)
    const refused = await Promise.all([
      answer(orgAdmin(randomUUID()), employee),
      answer(orgAdmin(orgId), learner),
      answer(orgAdmin(orgId), new Learner(it)),
      answer(orgAdmin(orgId), employee, randomUUID()),
      answer({ sub: learner.userId, claims: { org_id: orgId } }, employee),
      answer({ sub: randomUUID(), claims: { roles: ['org_admin'] } }, learner),
    ])
    expect([...new Set(refused.map(({ status, body }) => `${status} ${body.detail}`))]).toEqual([expect.stringMatching(/^403 /)])
    expect((await answer(ADMIN, new Learner(it))).status).toBe(404)
  })

  it('means, of several versions, the one that is of the administrator’s organisation', async () => {
    const [it, orgId] = [course({ required: 1 }), randomUUID()]
    const next = course({ required: 1 }, { course_id: it.version.course_id, version: 2 })
    const learner = await member.enroll(it)
    await member.enroll(next)
    await member.take(EnrollmentRequestedV1, { ...learner.request('enroll', 1, { org_id: orgId }), course_version_id: next.id })
    const query = { user_id: learner.userId }
    const path = `/${it.version.course_id}/progress`
    expect((await get(api, path, ADMIN, query)).status).toBe(409)
    expect((await get(api, path, orgAdmin(orgId), query)).body).toMatchObject({ course_version_id: next.id })
    expect((await get(api, pathOf(learner), orgAdmin(orgId), query)).status).toBe(403)
  })

  it('shows one’s own record to an organisation’s administrator, whoever enrolled them', async () => {
    const learner = await member.enroll(course({ required: 1 }))
    const caller = { ...orgAdmin(randomUUID()), sub: learner.userId }
    expect((await get(api, pathOf(learner), caller)).status).toBe(200)
    expect((await get(api, pathOf(learner), caller, { user_id: learner.userId.toUpperCase() })).status).toBe(200)
  })
})
