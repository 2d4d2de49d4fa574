import { randomUUID } from 'node:crypto'
import { CourseVersionPublishedV1, EnrollmentChangedV1, LessonCompletedV1, QuizAttemptedV1, type EventDefinition } from '@laurel/contracts'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { completionDatabase } from '../completion-detection.module'
import { completionsOf, Member } from '../consumers/member.fixture'
import { at, course, Learner, type Course } from '../events.fixture'

/** Real: Postgres. Each event is a batch of its own, so that evidence is read back between any two. */
let database: TestDatabase
let member: Member

beforeAll(async () => {
  database = await createTestDatabase(completionDatabase)
  member = new Member(database.dataSource)
})
afterAll(() => database.drop())

const completions = ({ version }: Course) => completionsOf(database.dataSource, version.course_version_id)
async function take<T>(definition: EventDefinition<T>, ...data: T[]): Promise<void> {
  for (const one of data) expect(await member.take(definition, one)).toEqual([])
}

async function enrolled(shape: Parameters<typeof course>[0]) {
  const it = course(shape)
  const learner = new Learner(it)
  await take(CourseVersionPublishedV1, it.version)
  await take(EnrollmentChangedV1, learner.enrollment())
  return { ...it, learner }
}

describe('what completes', () => {
  it('does not need the optional lessons, nor is it dated by them', async () => {
    const it = await enrolled({ required: 1, optional: 2 })
    await take(LessonCompletedV1, ...it.optional.map((id) => it.learner.lesson(id, 20)))
    expect(await completions(it)).toEqual([])
    await take(LessonCompletedV1, it.learner.lesson(it.required[0]!, 5))
    expect(await completions(it)).toMatchObject([{ completed_at: at(5) }])
  })

  it('needs as many of an elective group as are to be chosen, and is dated by the earliest of them', async () => {
    const it = await enrolled({ required: 1, optional: 4, choose: 2 })
    await take(LessonCompletedV1, it.learner.lesson(it.required[0]!, 1), it.learner.lesson(it.optional[3]!, 30))
    expect(await completions(it)).toEqual([])
    await take(LessonCompletedV1, it.learner.lesson(it.optional[1]!, 8))
    expect(await completions(it)).toMatchObject([{ completed_at: at(30) }])

    const early = new Learner(it)
    await take(
      LessonCompletedV1,
      ...[...it.required, it.optional[3]!].map((id) => early.lesson(id, 30)),
      early.lesson(it.optional[0]!, 40),
      early.lesson(it.optional[1]!, 8),
    )
    await take(EnrollmentChangedV1, early.enrollment())
    expect((await completions(it)).at(-1)).toMatchObject({ user_id: early.userId, completed_at: at(30) })
  })

  it('is nothing where nothing is needed', async () => {
    const it = await enrolled({ optional: 1 })
    await take(LessonCompletedV1, it.learner.lesson(it.optional[0]!))
    await take(EnrollmentChangedV1, it.learner.enrollment({ revision: 2 }))
    expect(await completions(it)).toEqual([])
  })

  it('finds its item among many: the hundredth is neither the first nor the last', async () => {
    const it = await enrolled({ required: 300, quizzes: [50] })
    const [hundredth, ...others] = [it.required[99]!, ...it.required.filter((_, i) => i !== 99)]
    await member.take(LessonCompletedV1, ...others.map((id) => it.learner.lesson(id, 1)))
    await take(QuizAttemptedV1, it.learner.attempt(it.quizzes[0]!, 60))
    expect(await completions(it)).toEqual([])
    await take(LessonCompletedV1, it.learner.lesson(hundredth, 9))
    expect(await completions(it)).toMatchObject([{ completed_at: at(9), score: 60 }])
  })
})

describe('quizzes', () => {
  it('pass by the version’s threshold, whatever the sender says, failed attempts before it', async () => {
    const it = await enrolled({ quizzes: [70] })
    await take(QuizAttemptedV1, it.learner.attempt(it.quizzes[0]!, 10, 1, 1), it.learner.attempt(it.quizzes[0]!, 69.9, 2, 2))
    expect(await completions(it)).toEqual([])
    await take(QuizAttemptedV1, it.learner.attempt(it.quizzes[0]!, 70, 3, 3))
    expect(await completions(it)).toMatchObject([{ completed_at: at(3), score: 70 }])
  })

  it('give the mean of the best attempts as score, dated by the first that passed', async () => {
    const it = await enrolled({ required: 1, quizzes: [50, 60] })
    const [first, second] = [it.quizzes[0]!, it.quizzes[1]!]
    await take(
      QuizAttemptedV1,
      it.learner.attempt(first, 90, 1),
      it.learner.attempt(first, 20, 2, 2),
      it.learner.attempt(second, 61, 3),
      it.learner.attempt(second, 80, 8, 2),
    )
    await take(LessonCompletedV1, it.learner.lesson(it.required[0]!, 2))
    expect(await completions(it)).toMatchObject([{ completed_at: at(3), score: 85 }])
  })

  it('freeze the score with the completion: a better attempt later changes neither', async () => {
    const it = await enrolled({ quizzes: [50] })
    await take(QuizAttemptedV1, it.learner.attempt(it.quizzes[0]!, 55, 5))
    await take(QuizAttemptedV1, it.learner.attempt(it.quizzes[0]!, 100, 2, 2))
    await take(EnrollmentChangedV1, it.learner.enrollment({ revision: 2 }))
    expect(await completions(it)).toMatchObject([{ completed_at: at(5), score: 55 }])
    const [row] = await database.dataSource.query('select completed_at, score from completion where user_id = $1', [it.learner.userId])
    expect(row).toEqual({ completed_at: new Date(at(5)), score: 55 })
  })
})

describe('what is refused', () => {
  it('is a lesson or quiz that is none of the version, by its field; the rest of the batch is folded', async () => {
    const it = await enrolled({ required: 1, quizzes: [50] })
    const stranger = randomUUID()
    const lessons = await member.take(
      LessonCompletedV1,
      it.learner.lesson(stranger),
      it.learner.lesson(it.quizzes[0]!),
      it.learner.lesson(it.required[0]!),
    )
    const attempts = await member.take(QuizAttemptedV1, it.learner.attempt(it.required[0]!, 90), it.learner.attempt(it.quizzes[0]!, 90))
    expect([...lessons, ...attempts].map((d) => [d.kind, d.reason])).toEqual([
      ['reject', `lesson_id ${stranger} is no lesson of this course version`],
      ['reject', `lesson_id ${it.quizzes[0]!} is no lesson of this course version`],
      ['reject', `quiz_id ${it.required[0]!} is no quiz of this course version`],
    ])
    expect(await completions(it)).toHaveLength(1)
  })

  it('is a course version with electives that cannot be chosen, by its field; its evidence stays parked', async () => {
    const it = course({ required: 1, optional: 2, choose: 3 })
    const learner = new Learner(it)
    const [refusal] = await member.take(CourseVersionPublishedV1, it.version)
    expect(refusal).toMatchObject({ kind: 'reject', reason: 'electives[0].choose must be between 1 and 2 (got 3)' })
    expect(await member.take(EnrollmentChangedV1, learner.enrollment())).toMatchObject([{ kind: 'park' }])
    expect(await member.take(LessonCompletedV1, learner.lesson(it.required[0]!))).toMatchObject([{ kind: 'park' }])
  })

  it('is other content under the id of a course version: the first stays, and enrollments are judged by it', async () => {
    const it = await enrolled({ required: 1 })
    const easier = {
      ...it.version,
      lessons: it.version.lessons.map((lesson) => ({ ...lesson, required: false })),
      quizzes: course({ quizzes: [0] }).version.quizzes,
    }
    expect(await member.take(CourseVersionPublishedV1, easier)).toMatchObject([
      { kind: 'reject', reason: expect.stringContaining('was published before with other content') },
    ])
    const fresh = new Member(database.dataSource)
    expect(await fresh.take(QuizAttemptedV1, it.learner.attempt(easier.quizzes[0]!.quiz_id, 100))).toMatchObject([{ kind: 'reject' }])
    await fresh.take(LessonCompletedV1, it.learner.lesson(it.required[0]!))
    expect(await completions(it)).toHaveLength(1)
  })
})
