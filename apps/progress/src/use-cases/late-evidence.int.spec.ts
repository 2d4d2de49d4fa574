import { EnrollmentRequestedV1, LessonCompletedV1, LessonProgressedV1, QuizAttemptedV1 } from '@laurel/contracts'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { Member } from '../consumers/member.fixture'
import { announced, at, course, type Learner } from '../events.fixture'
import { progressDatabase } from '../progress.module'

/** Real: Postgres, and the connections to it. */
let database: TestDatabase
let member: Member

beforeAll(async () => {
  database = await createTestDatabase(progressDatabase)
  member = new Member(database.dataSource)
})
afterAll(() => database.drop())

const rowsOf = (learner: Learner, table: string, order: string) =>
  database.dataSource.query<Record<string, unknown>[]>(`select * from ${table} where user_id = $1 order by ${order}`, [learner.userId])
const lessons = (learner: Learner) => rowsOf(learner, 'lesson_progress_archive', 'cycle, lesson_id')
const attempts = (learner: Learner) => rowsOf(learner, 'quiz_attempts_archive', 'cycle, attempt_number')

/** Everything of a learner but what the archive says of lessons and attempts. */
const rest = async (learner: Learner) => [
  await rowsOf(learner, 'enrollments', 'user_id'),
  await rowsOf(learner, 'enrollments_archive', 'cycle'),
  await rowsOf(learner, 'lesson_progress', 'lesson_id'),
  await rowsOf(learner, 'quiz_attempts', 'attempt_number'),
  await announced(database.dataSource, learner),
]

/** A learner in the third cycle; the second began at `at(100)` and the third at `at(200)`. */
async function inThirdCycle(): Promise<Learner> {
  const learner = await member.enroll(course({ required: 2, quizzes: [50] }))
  const requests = (['revoke', 'open_cycle', 'revoke', 'open_cycle'] as const).map((action, n) => learner.request(action, n + 1))
  await member.take(EnrollmentRequestedV1, ...requests)
  const by = [learner.userId, new Date(at(100)), new Date(at(200))]
  await database.dataSource.query('update enrollments set cycle_started_at = $3 where user_id = $1 and $2::timestamptz is not null', by)
  await database.dataSource.query(
    `update enrollments_archive set closed_at = case cycle when 1 then $2::timestamptz else $3::timestamptz end,
            cycle_started_at = case cycle when 1 then cycle_started_at else $2::timestamptz end where user_id = $1`,
    by,
  )
  return learner
}

describe('a lesson dated in a closed cycle', () => {
  it('is recorded there, and changes nothing else', async () => {
    const learner = await inThirdCycle()
    const [lesson] = learner.course.required
    const before = await rest(learner)
    const dispositions = await member.take(
      LessonProgressedV1,
      learner.progressed(lesson!, 100, 99),
      learner.progressed(lesson!, 60, 100),
      learner.progressed(lesson!, 30, 199),
    )
    expect(dispositions).toEqual([])
    expect(await lessons(learner)).toMatchObject([
      { cycle: 1, lesson_id: lesson, status: 'completed', progress_percentage: 100, completed_at: new Date(at(99)) },
      {
        cycle: 2,
        lesson_id: lesson,
        status: 'in_progress',
        progress_percentage: 60,
        started_at: new Date(at(100)),
        last_accessed_at: new Date(at(199)),
        completed_at: null,
      },
    ])
    expect(await rest(learner)).toEqual(before)
  })

  it('leaves the same record in any order and with any repetition', async () => {
    const reports = [
      [100, 20],
      [10, 5],
      [70, 40],
      [100, 30],
      [0, 1],
    ] as const
    const records = []
    for (const order of [reports, reports.toReversed(), [...reports.slice(2), ...reports, ...reports.slice(0, 2)]]) {
      const learner = await inThirdCycle()
      const [lesson] = learner.course.required
      for (const [percentage, n] of order) await member.take(LessonProgressedV1, learner.progressed(lesson!, percentage, n))
      records.push(await lessons(learner))
      const together = await inThirdCycle()
      await member.take(
        LessonProgressedV1,
        ...order.map(([percentage, n]) => together.progressed(together.course.required[0]!, percentage, n)),
      )
      records.push(await lessons(together))
    }
    const expected = {
      cycle: 1,
      status: 'completed',
      progress_percentage: 100,
      started_at: new Date(at(1)),
      last_accessed_at: new Date(at(40)),
      completed_at: new Date(at(20)),
    }
    expect(records).toMatchObject(records.map(() => [expected]))
  })

  it('is told from one of the open cycle in the same batch', async () => {
    const learner = await inThirdCycle()
    const [lesson] = learner.course.required
    await member.take(LessonCompletedV1, learner.lesson(lesson!, 199), learner.lesson(lesson!, 200))
    expect(await lessons(learner)).toMatchObject([{ cycle: 2, completed_at: new Date(at(199)) }])
    const [enrollment, , open] = await rest(learner)
    expect(open).toMatchObject([{ completed_at: new Date(at(200)) }])
    expect(enrollment).toMatchObject([{ cycle: 3, progress_percentage: 33 }])
  })
})

describe('a quiz attempt dated in a closed cycle', () => {
  it('is recorded there under its own number, and changes nothing else', async () => {
    const learner = await inThirdCycle()
    const [quiz] = learner.course.quizzes
    const before = await rest(learner)
    const [first, second] = [learner.attempt(quiz!, 80, 50, 1), learner.attempt(quiz!, 30, 150, 1)]
    expect(await member.take(QuizAttemptedV1, first, second, first)).toEqual([])
    expect(await member.take(QuizAttemptedV1, second)).toEqual([])
    expect(await attempts(learner)).toMatchObject([
      { cycle: 1, attempt_number: 1, score: 80, is_passed: true, completed_at: new Date(at(50)) },
      { cycle: 2, attempt_number: 1, score: 30, is_passed: false, completed_at: new Date(at(150)) },
    ])
    expect(await rest(learner)).toEqual(before)
  })

  it('is rejected when its number in that cycle has another score, in the same batch or before', async () => {
    const learner = await inThirdCycle()
    const [quiz] = learner.course.quizzes
    const contradiction = learner.attempt(quiz!, 81, 51, 1)
    expect(await member.take(QuizAttemptedV1, learner.attempt(quiz!, 80, 50, 1), contradiction)).toMatchObject([
      { kind: 'reject', message: { data: contradiction } },
    ])
    expect(await member.take(QuizAttemptedV1, contradiction)).toMatchObject([{ kind: 'reject' }])
    expect(await attempts(learner)).toMatchObject([{ score: 80 }])
  })
})
