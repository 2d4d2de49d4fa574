import { EnrollmentRequestedV1, CourseCompletedV1, LessonCompletedV1, QuizAttemptedV1 } from '@laurel/contracts'
import { Member } from '../consumers/member.fixture'
import { announced, at, course } from '../events.fixture'
import { progressDatabase, startProgress } from '../progress.module'
import { Api, report } from './api.fixture'

/** Real: the service over HTTP, its database, its tokens. */
const api = new Api()
/** The same service's consumers, which bring course versions and what other services tell. */
let member: Member
beforeAll(async () => {
  await api.start(progressDatabase, startProgress)
  member = new Member(api.database.dataSource)
})
afterAll(() => api.stop())

const upper = (text: string) => text.toUpperCase()

describe('PATCH /courses/:id/progress', () => {
  it('answers where the learner stands, and with the items reported', async () => {
    const learner = await member.enroll(course({ required: 4 }))
    const [first, second] = learner.course.required
    const { status, body } = await api.patch(learner, report(first, 100, at(3)))
    expect(status).toBe(200)
    expect(body).toEqual({
      course_version_id: learner.key.course_version_id,
      status: 'active',
      cycle: 1,
      percentage: 25,
      completed_lessons: 1,
      total_lessons: 4,
      items: [{ lesson_id: first, status: 'completed', progress_percentage: 100, completed_at: at(3) }],
    })
    expect((await api.patch(learner, report(second, 62.5))).body).toMatchObject({
      percentage: 25,
      completed_lessons: 1,
      items: [{ lesson_id: second, status: 'in_progress', progress_percentage: 62.5, completed_at: null }],
    })
  })

  it('announces a lesson that becomes complete once, at the time it names', async () => {
    const learner = await member.enroll(course({ required: 2 }))
    const [lesson] = learner.course.required
    await api.patch(learner, report(lesson, 100, '2026-01-05T01:00:03+01:00'))
    await Promise.all(Array.from({ length: 10 }, () => api.patch(learner, report(lesson))))
    const events = await announced(api.database.dataSource, learner, LessonCompletedV1.topic)
    expect(events.map(({ data }) => data)).toEqual([learner.lesson(lesson!, 3)])
  })

  it('never falls back: not the percentage, not what is completed', async () => {
    const learner = await member.enroll(course({ required: 2 }))
    const [first, second] = learner.course.required
    await api.patch(learner, { items: [report(first, 100, at(5)), report(second, 80, at(6))] })
    const { body } = await api.patch(learner, { items: [report(first, 10, at(9)), report(second, 20, at(9))] })
    expect(body).toMatchObject({
      percentage: 50,
      items: [
        { lesson_id: first, status: 'completed', progress_percentage: 100, completed_at: at(5) },
        { lesson_id: second, status: 'in_progress', progress_percentage: 80, completed_at: null },
      ],
    })
  })

  it('takes a time from the future as now', async () => {
    const learner = await member.enroll(course({ required: 1 }))
    const before = Date.now()
    const { body } = await api.patch(learner, report(learner.course.required[0], 100, '9999-12-31T23:59:59.999+12:00'))
    const { completed_at } = (body['items'] as { completed_at: string }[])[0]!
    expect(Date.parse(completed_at)).toBeGreaterThanOrEqual(before)
    expect(Date.parse(completed_at)).toBeLessThanOrEqual(Date.now())
  })

  it('takes up to 100 items at once, in the order of the course, one lesson several times', async () => {
    const learner = await member.enroll(course({ required: 90 }))
    const lessons = learner.course.required
    const items = [...lessons.toReversed().map((id) => report(id, 100, at(2))), ...lessons.slice(0, 10).map((id) => report(id, 30, at(1)))]
    const { status, body } = await api.patch(learner, { items })
    expect(status).toBe(200)
    expect(body).toMatchObject({ percentage: 100, status: 'active', completed_lessons: 90, total_lessons: 90 })
    expect(body['items']).toEqual(
      lessons.map((lesson_id) => ({ lesson_id, status: 'completed', progress_percentage: 100, completed_at: at(2) })),
    )
  })

  it('counts required lessons, electives up to their number and passed quizzes; optional lessons are shown alone', async () => {
    const learner = await member.enroll(course({ required: 1, optional: 3, choose: 1, quizzes: [70] }))
    const { required, optional, quizzes } = learner.course
    expect((await api.patch(learner, report(optional[0]))).body).toMatchObject({ percentage: 33, completed_lessons: 1, total_lessons: 4 })
    expect((await api.patch(learner, report(optional[1]))).body).toMatchObject({ percentage: 33, completed_lessons: 2 })
    expect((await api.patch(learner, report(required[0]))).body).toMatchObject({ percentage: 66, completed_lessons: 3 })
    await api.attempt(learner, { quiz_id: quizzes[0], score: 69.9 })
    expect((await api.read(learner)).body).toMatchObject({ percentage: 66 })
    await member.take(QuizAttemptedV1, learner.attempt(quizzes[0]!, 70, 1, 2))
    expect((await api.read(learner)).body).toMatchObject({ percentage: 100, status: 'active', completed_lessons: 3, total_lessons: 4 })
  })

  it('counts nothing where nothing is needed', async () => {
    const learner = await member.enroll(course({ optional: 2 }))
    expect((await api.patch(learner, { items: learner.course.optional.map((id) => report(id)) })).body).toMatchObject({
      percentage: 0,
      completed_lessons: 2,
      total_lessons: 2,
    })
  })

  it('shows 100 when the enrollment is completed, and still takes progress', async () => {
    const learner = await member.enroll(course({ required: 2 }))
    await member.take(CourseCompletedV1, learner.completion())
    expect((await api.patch(learner, report(learner.course.required[0]))).body).toMatchObject({
      status: 'completed',
      percentage: 100,
      completed_lessons: 1,
    })
  })
})

describe('GET /courses/:id/progress', () => {
  it('shows every lesson in the order of the course, started or not, and every attempt', async () => {
    const learner = await member.enroll(course({ required: 3, quizzes: [70] }))
    const [first, second, third] = learner.course.required
    await api.patch(learner, report(third, 10))
    await api.patch(learner, report(first, 100, at(1)))
    await api.patch(learner, report(third, 20))
    await api.attempt(learner, { quiz_id: learner.course.quizzes[0], score: 60, completed_at: at(4) })
    const { body } = await api.read(learner)
    expect(body).toMatchObject({
      percentage: 25,
      status: 'active',
      quiz_attempts: [{ attempt_number: 1, score: 60, is_passed: false, started_at: null, completed_at: at(4) }],
    })
    expect(body['items']).toMatchObject([
      { lesson_id: first, status: 'completed' },
      { lesson_id: second, status: 'not_started', progress_percentage: 0, completed_at: null },
      { lesson_id: third, progress_percentage: 20 },
    ])
  })

  it('is the same for everyone who may see it, and shows a cancelled enrollment with its own figure', async () => {
    const [learner, admin] = [await member.enroll(course({ required: 2 })), { sub: course({}).id, claims: { roles: ['admin'] } }]
    await api.patch(learner, report(learner.course.required[0]))
    await member.take(EnrollmentRequestedV1, learner.request('cancel', 5))
    const path = `/api/v1/courses/${learner.key.course_version_id}/progress?user_id=${upper(learner.userId)}`
    const own = await api.read(learner)
    expect(own.body).toMatchObject({ status: 'cancelled_by_user', percentage: 50 })
    expect((await api.call('GET', path, admin)).body).toEqual(own.body)
    expect((await api.call('GET', path, { sub: upper(learner.userId) })).body).toEqual(own.body)
  })
})

describe('ids', () => {
  it('may be in upper case, and mean the same', async () => {
    const learner = await member.enroll(course({ required: 1, quizzes: [50] }))
    const [lesson, quiz] = [learner.course.required[0]!, learner.course.quizzes[0]!]
    const id = upper(learner.key.course_version_id)
    expect((await api.patch(learner, { items: [report(upper(lesson)), report(lesson, 5)] }, id)).body).toMatchObject({
      percentage: 50,
      items: [{ lesson_id: lesson, progress_percentage: 100 }],
    })
    expect(await api.attempt(learner, { quiz_id: upper(quiz), score: 50 }, id)).toMatchObject({
      status: 201,
      body: { quiz_id: quiz, attempt_number: 1 },
    })
    expect((await api.read(learner, id)).body).toEqual((await api.read(learner)).body)
    expect((await api.read(learner, upper(learner.course.version.course_id))).body).toMatchObject({ percentage: 100 })
  })

  it('may be the course’s instead of the version’s: the version that is active counts, else the only one', async () => {
    const it = course({ required: 1 })
    const { course_id } = it.version
    const next = course({ required: 1 }, { course_id, version: 2 })
    const learner = await member.enroll(it)
    await member.enroll(next)
    expect((await api.patch(learner, report(it.required[0]), course_id)).body).toMatchObject({ course_version_id: it.id, percentage: 100 })
    await member.take(CourseCompletedV1, learner.completion())
    expect((await api.read(learner, course_id)).body).toMatchObject({ course_version_id: it.id, status: 'completed' })
    await member.take(EnrollmentRequestedV1, { ...learner.request('enroll'), course_version_id: next.id })
    expect((await api.read(learner, course_id)).body).toMatchObject({ course_version_id: next.id, status: 'active', percentage: 0 })
  })
})
