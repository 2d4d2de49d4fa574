import { CourseVersionPublishedV1, EnrollmentChangedV1, LessonCompletedV1, QuizAttemptedV1, type EventDefinition } from '@laurel/contracts'
import { awaitedCourseVersion } from '@laurel/course-versions'
import { createTestDatabase, received, type TestDatabase } from '@laurel/testing'
import { completionDatabase } from '../completion-detection.module'
import { completionsOf, Member } from '../consumers/member.fixture'
import { at, course, Learner, type Course } from '../events.fixture'

/** Real: Postgres. */
let database: TestDatabase
let member: Member

beforeAll(async () => {
  database = await createTestDatabase(completionDatabase)
  member = new Member(database.dataSource)
})
afterAll(() => database.drop())

const take = <T>(definition: EventDefinition<T>, ...data: T[]) => member.take(definition, ...data)
const completions = ({ version }: Course) => completionsOf(database.dataSource, version.course_version_id)
const completedAt = async (it: Course) => (await completions(it)).map((completion) => completion.completed_at)

async function published(shape: Parameters<typeof course>[0]) {
  const it = course(shape)
  const learner = new Learner(it)
  expect(await take(CourseVersionPublishedV1, it.version)).toEqual([])
  return { ...it, learner }
}

/** Course version, enrollment and all evidence there: one lesson is required. */
async function completed() {
  const it = await published({ required: 1 })
  await take(EnrollmentChangedV1, it.learner.enrollment())
  await take(LessonCompletedV1, it.learner.lesson(it.required[0]!))
  expect(await completions(it)).toHaveLength(1)
  return it
}

describe('enrollment and evidence', () => {
  it('complete when the evidence comes last', async () => {
    const it = await published({ required: 2 })
    await take(EnrollmentChangedV1, it.learner.enrollment({ org_id: it.version.course_id }))
    await take(LessonCompletedV1, it.learner.lesson(it.required[1]!, 7))
    expect(await completions(it)).toEqual([])
    await take(LessonCompletedV1, it.learner.lesson(it.required[0]!, 3))
    expect(await completions(it)).toMatchObject([{ ...it.learner.key, completed_at: at(7), org_id: it.version.course_id }])
  })

  it('complete when the enrollment comes last', async () => {
    const it = await published({ required: 2 })
    await take(LessonCompletedV1, it.learner.lesson(it.required[1]!, 7), it.learner.lesson(it.required[0]!, 3))
    expect(await completions(it)).toEqual([])
    await take(EnrollmentChangedV1, it.learner.enrollment())
    expect(await completedAt(it)).toEqual([at(7)])
  })

  it('do not complete for a learner whose enrollment is unknown, or another’s', async () => {
    const it = await published({ required: 1 })
    await take(LessonCompletedV1, it.learner.lesson(it.required[0]!))
    await take(EnrollmentChangedV1, new Learner(it).enrollment())
    expect(await completions(it)).toEqual([])
  })
})

describe('an unknown course version', () => {
  it('parks evidence, which completes when it is handed over again', async () => {
    const it = course({ required: 1, quizzes: [50] })
    const learner = new Learner(it)
    const waitsFor = awaitedCourseVersion(it.version.course_version_id)
    await take(EnrollmentChangedV1, learner.enrollment())
    const lessons = await take(LessonCompletedV1, learner.lesson(it.required[0]!))
    const attempts = await take(QuizAttemptedV1, learner.attempt(it.quizzes[0]!, 50))
    expect([...lessons, ...attempts]).toMatchObject([
      { kind: 'park', waitsFor },
      { kind: 'park', waitsFor },
    ])
    expect(await completions(it)).toEqual([])

    await take(CourseVersionPublishedV1, it.version)
    for (const { message } of [...lessons, ...attempts]) expect(await member.takeReceived([message])).toEqual([])
    expect(await completions(it)).toHaveLength(1)
  })

  it('parks its own evidence alone: the rest of the batch is folded', async () => {
    const it = await published({ required: 1 })
    const stranger = new Learner(course({ required: 1 }))
    await take(EnrollmentChangedV1, it.learner.enrollment())
    const dispositions = await take(LessonCompletedV1, stranger.lesson(it.required[0]!), it.learner.lesson(it.required[0]!))
    expect(dispositions).toMatchObject([{ kind: 'park', message: { data: stranger.key } }])
    expect(await completions(it)).toHaveLength(1)
  })
})

describe('status', () => {
  it('keeps evidence while the enrollment is cancelled, and completes when it is reactivated', async () => {
    const it = await published({ required: 2 })
    await take(EnrollmentChangedV1, it.learner.enrollment())
    await take(LessonCompletedV1, it.learner.lesson(it.required[0]!, 1))
    await take(EnrollmentChangedV1, it.learner.enrollment({ revision: 2, status: 'cancelled_by_user' }))
    await take(LessonCompletedV1, it.learner.lesson(it.required[1]!, 2))
    expect(await completions(it)).toEqual([])
    await take(EnrollmentChangedV1, it.learner.enrollment({ revision: 3 }))
    expect(await completedAt(it)).toEqual([at(2)])
  })

  it('takes the highest revision, in any order and in one batch', async () => {
    const it = await published({ required: 1 })
    const cancelled = it.learner.enrollment({ revision: 5, status: 'cancelled_by_user' })
    await take(EnrollmentChangedV1, it.learner.enrollment({ revision: 4 }), cancelled, it.learner.enrollment({ revision: 3 }))
    await take(EnrollmentChangedV1, it.learner.enrollment({ revision: 2 }))
    await take(LessonCompletedV1, it.learner.lesson(it.required[0]!))
    expect(await completions(it)).toEqual([])
    await take(EnrollmentChangedV1, it.learner.enrollment({ revision: 6 }), cancelled)
    expect(await completions(it)).toHaveLength(1)
  })

  it.each(['cancelled_by_user', 'revoked_by_admin', 'completed'] as const)(
    'lets a completion stand when the enrollment turns %s later',
    async (status) => {
      const it = await completed()
      const stored = () =>
        database.dataSource.query<object[]>(
          'select c.completed_at, c.score, c.detected_at, l.completed_at as frozen from completion c join completion_ledger l using (user_id) where c.user_id = $1',
          [it.learner.userId],
        )
      const before = await stored()
      await take(EnrollmentChangedV1, it.learner.enrollment({ revision: 2, status }))
      await take(EnrollmentChangedV1, it.learner.enrollment({ revision: 3 }))
      await take(LessonCompletedV1, it.learner.lesson(it.required[0]!, 0))
      expect(await stored()).toEqual(before)
      const date = new Date(at(1))
      expect(before).toEqual([{ completed_at: date, score: null, detected_at: expect.any(Date), frozen: date }])
      expect(await completions(it)).toHaveLength(1)
    },
  )
})

describe('repeats', () => {
  it('change nothing: not the row, not the outbox', async () => {
    const it = await published({ required: 2, quizzes: [50] })
    const events = [it.learner.lesson(it.required[0]!, 1), it.learner.lesson(it.required[1]!, 2)]
    await take(EnrollmentChangedV1, it.learner.enrollment(), it.learner.enrollment())
    await take(LessonCompletedV1, ...events, ...events)
    await take(QuizAttemptedV1, it.learner.attempt(it.quizzes[0]!, 80, 3))
    const row = () => database.dataSource.query('select * from completion_ledger where user_id = $1', [it.learner.userId])
    const before = await row()
    await take(EnrollmentChangedV1, it.learner.enrollment())
    await take(LessonCompletedV1, ...events)
    await take(QuizAttemptedV1, it.learner.attempt(it.quizzes[0]!, 80, 3))
    expect(await row()).toEqual(before)
    expect(await completions(it)).toHaveLength(1)
  })
})

describe('event times', () => {
  it('takes the earliest time at which an item was done', async () => {
    const it = await published({ required: 1 })
    await take(
      LessonCompletedV1,
      it.learner.lesson(it.required[0]!, 9),
      it.learner.lesson(it.required[0]!, 4),
      it.learner.lesson(it.required[0]!, 6),
    )
    await take(EnrollmentChangedV1, it.learner.enrollment())
    expect(await completedAt(it)).toEqual([at(4)])
  })

  it('takes the record’s time for an event from the future, of lessons and of attempts', async () => {
    const it = await published({ required: 1, quizzes: [50] })
    const recordTime = new Date(at(50))
    await member.takeReceived([received(LessonCompletedV1, it.learner.lesson(it.required[0]!, 80), recordTime)])
    await take(EnrollmentChangedV1, it.learner.enrollment())
    await member.takeReceived([received(QuizAttemptedV1, it.learner.attempt(it.quizzes[0]!, 50, 90), recordTime)])
    expect(await completedAt(it)).toEqual([at(50)])
  })
})
