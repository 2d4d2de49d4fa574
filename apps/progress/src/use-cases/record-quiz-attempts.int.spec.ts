import { QuizAttemptedV1, quizAttemptedId } from '@laurel/contracts'
import { compileRule, type Rule } from '@laurel/course-rule'
import { retryingTransaction } from '@laurel/postgres'
import { createTestDatabase, eventually, received, type TestDatabase } from '@laurel/testing'
import { Member, waitingForLocks } from '../consumers/member.fixture'
import { announced, at, course, type Course, type Learner } from '../events.fixture'
import { enrollmentKey } from '../persistence/enrollment-store'
import { lockStandings } from '../persistence/standing-store'
import { progressDatabase } from '../progress.module'
import { recordReportedAttempt, type ReportedAttempt } from './record-quiz-attempts'

/** Real: Postgres, and the two members' own connections to it. */
let database: TestDatabase
let one: Member
let other: Member

beforeAll(async () => {
  database = await createTestDatabase(progressDatabase)
  one = new Member(database.dataSource)
  other = new Member(await database.replica())
})
afterAll(() => database.drop())

const rows = (learner: Learner) =>
  database.dataSource.query<{ quiz_id: string; attempt_number: number; score: number; is_passed: boolean }[]>(
    'select quiz_id, attempt_number, score, is_passed from quiz_attempts where user_id = $1 order by quiz_id, attempt_number',
    [learner.userId],
  )
const numbers = async (learner: Learner) => (await rows(learner)).map((row) => row.attempt_number)
const events = (learner: Learner) => announced(database.dataSource, learner, QuizAttemptedV1.topic)
const enrolled = () => one.enroll(course({ quizzes: [70, 50] }))

function ruleOf({ version }: Course): Rule {
  const compiled = compileRule(version)
  if (!compiled.ok) throw new Error(compiled.reason)
  return compiled.rule
}

function report(member: Member, learner: Learner, change: Partial<ReportedAttempt> = {}) {
  const attempt: ReportedAttempt = {
    userId: learner.userId,
    courseVersionId: learner.key.course_version_id,
    quizId: learner.course.quizzes[0]!,
    attemptNumber: null,
    score: 80,
    passed: true,
    startedAt: null,
    completedAt: null,
    reportedAt: new Date(at(100)),
    answers: null,
    ...change,
  }
  return retryingTransaction(member.dataSource, async (tx) => {
    const standing = (await lockStandings(tx, [attempt])).get(enrollmentKey(attempt))!
    return recordReportedAttempt(tx, attempt, { standing, rule: ruleOf(learner.course) })
  })
}

describe('a reported attempt', () => {
  it('gets the next number of its quiz and is announced with the id of the fact', async () => {
    const learner = await enrolled()
    const [first, second] = learner.course.quizzes
    for (const quizId of [first!, second!, first!]) await report(one, learner, { quizId, startedAt: new Date(at(5)) })
    expect((await events(learner)).map(({ data }) => [data['quiz_id'], data['attempt_number']])).toEqual([
      [first, 1],
      [second, 1],
      [first, 2],
    ])
    expect((await events(learner))[2]).toMatchObject({
      id: quizAttemptedId({ ...learner.key, quiz_id: first!, attempt_number: 2, cycle: 1 }),
      data: { ...learner.key, score: 80, is_passed: true, started_at: at(5), completed_at: at(100) },
    })
  })

  it('gets a number without gap or repetition under 10 requests at once', async () => {
    const learner = await enrolled()
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, n) => report(n % 2 ? other : one, learner, { score: n })))
    expect(await numbers(learner)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect((await events(learner)).map(({ data }) => data['attempt_number'])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    const answered = outcomes
      .map((outcome) => (outcome.kind === 'recorded' ? [outcome.attempt.attemptNumber, outcome.attempt.score] : []))
      .toSorted((a, b) => a[0]! - b[0]!)
    expect(answered).toEqual((await rows(learner)).map((row) => [row.attempt_number, row.score]))
  })

  it('gets the number after one that a consumer records in the same moment', async () => {
    const learner = await enrolled()
    const first = await one.hold((tx) => one.apply(tx, [received(QuizAttemptedV1, learner.attempt(learner.course.quizzes[0]!, 20))]))
    const second = report(other, learner)
    await eventually(async () => expect(await waitingForLocks(database)).toBe(1))
    await first.commit()
    expect(await second).toMatchObject({ kind: 'recorded', attempt: { attemptNumber: 2 } })
    expect((await rows(learner)).map((row) => [row.attempt_number, row.score])).toEqual([
      [1, 20],
      [2, 80],
    ])
    expect((await events(learner)).map(({ data }) => data['attempt_number'])).toEqual([2])
  })

  it('is refused when no number is left', async () => {
    const learner = await enrolled()
    await report(one, learner, { attemptNumber: 2_147_483_647 })
    expect(await report(one, learner)).toEqual({ kind: 'no-number-left' })
    expect(await numbers(learner)).toEqual([2_147_483_647])
  })
})

describe('a repeat', () => {
  it('is the attempt of the same number and score: answered as the first time, announced once', async () => {
    const learner = await enrolled()
    const first = await report(one, learner, { attemptNumber: 1, completedAt: new Date(at(7)) })
    expect(await report(one, learner, { attemptNumber: 1, completedAt: new Date(at(7)) })).toEqual(first)
    expect(await events(learner)).toHaveLength(1)
  })

  it('needs no time where the report named none: that of the first counts', async () => {
    const learner = await enrolled()
    const first = await report(one, learner, { attemptNumber: 1, reportedAt: new Date(at(7)) })
    expect(await report(one, learner, { attemptNumber: 1, reportedAt: new Date(at(9)) })).toEqual(first)
    expect(first).toMatchObject({ attempt: { completedAt: new Date(at(7)) } })
  })

  it('needs no number where the report names the time', async () => {
    const learner = await enrolled()
    const first = await report(one, learner, { completedAt: new Date(at(7)) })
    expect(await report(other, learner, { completedAt: new Date(at(7)) })).toEqual(first)
    expect(await report(one, learner, { completedAt: new Date(at(8)) })).toMatchObject({ attempt: { attemptNumber: 2 } })
    expect(await report(one, learner, { completedAt: new Date(at(8)), quizId: learner.course.quizzes[1]! })).toMatchObject({
      attempt: { attemptNumber: 1 },
    })
    expect(await numbers(learner)).toHaveLength(3)
  })

  it.each([
    ['score', { score: 81 }],
    ['time', { completedAt: new Date(at(8)) }],
  ])('is none with another %s: the number is taken', async (_, change) => {
    const learner = await enrolled()
    await report(one, learner, { attemptNumber: 1, completedAt: new Date(at(7)) })
    expect(await report(one, learner, { attemptNumber: 1, completedAt: new Date(at(7)), ...change })).toEqual({
      kind: 'number-taken',
      attemptNumber: 1,
    })
    expect(await rows(learner)).toMatchObject([{ score: 80 }])
  })
})

describe('an announced attempt', () => {
  it('is recorded once, passed by the threshold alone, and not announced again', async () => {
    const learner = await enrolled()
    const [quiz] = learner.course.quizzes
    const attempts = [learner.attempt(quiz!, 69.9, 1, 1), learner.attempt(quiz!, 70, 2, 2), learner.attempt(quiz!, 70, 2, 2)]
    expect(await one.take(QuizAttemptedV1, ...attempts)).toEqual([])
    expect(await other.take(QuizAttemptedV1, ...attempts)).toEqual([])
    expect(await rows(learner)).toEqual([
      { quiz_id: quiz, attempt_number: 1, score: 69.9, is_passed: false },
      { quiz_id: quiz, attempt_number: 2, score: 70, is_passed: true },
    ])
    expect(await events(learner)).toEqual([])
  })

  it('is rejected, by its field, when its number is another attempt’s; nothing is lost silently', async () => {
    const learner = await enrolled()
    const [quiz] = learner.course.quizzes
    await report(one, learner, { score: 20 })
    const dispositions = await one.take(
      QuizAttemptedV1,
      learner.attempt(quiz!, 90, 1, 1),
      learner.attempt(quiz!, 40, 2, 2),
      learner.attempt(quiz!, 40, 2, 2),
      learner.attempt(quiz!, 41, 2, 2),
    )
    expect(dispositions.map((d) => [d.kind, d.message.data, d.reason])).toEqual([
      ['reject', learner.attempt(quiz!, 90, 1, 1), 'attempt_number 1 of this quiz is recorded already, with another score'],
      ['reject', learner.attempt(quiz!, 41, 2, 2), 'attempt_number 2 of this quiz is recorded already, with another score'],
    ])
    expect((await rows(learner)).map((row) => row.score)).toEqual([20, 40])
  })

  it('is recorded once when it arrives at once on two connections', async () => {
    for (let round = 0; round < 20; round++) {
      const learner = await enrolled()
      const attempts = learner.course.quizzes.map((quiz) => learner.attempt(quiz, 90))
      const outcomes = await Promise.all([one.take(QuizAttemptedV1, ...attempts), other.take(QuizAttemptedV1, ...attempts.toReversed())])
      expect(outcomes).toEqual([[], []])
      expect(await rows(learner)).toHaveLength(2)
    }
  })
})
