import {
  EnrollmentChangedV1,
  EnrollmentRequestedV1,
  CourseCompletedV1,
  LessonCompletedV1,
  lessonCompletedId,
  LessonProgressedV1,
  QuizAttemptedV1,
} from '@laurel/contracts'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { Member } from '../consumers/member.fixture'
import { announced, at, course, Learner } from '../events.fixture'
import { progressDatabase } from '../progress.module'

/** Real: Postgres, and the connections to it. */
let database: TestDatabase
let one: Member

beforeAll(async () => {
  database = await createTestDatabase(progressDatabase)
  one = new Member(database.dataSource)
})
afterAll(() => database.drop())

const rowsOf = (learner: Learner, table: string, order = 'user_id') =>
  database.dataSource.query<Record<string, unknown>[]>(`select * from ${table} where user_id = $1 order by ${order}`, [learner.userId])
const enrollment = async (learner: Learner) => (await rowsOf(learner, 'enrollments'))[0]!
const archived = (learner: Learner) => rowsOf(learner, 'enrollments_archive', 'cycle')
const request = (...requests: EnrollmentRequestedV1[]) => one.take(EnrollmentRequestedV1, ...requests)
const changes = (learner: Learner) => announced(database.dataSource, learner, EnrollmentChangedV1.topic)

/** A learner with a lesson done, another begun and a quiz tried twice, all by `at(5)`. */
async function active(): Promise<Learner> {
  const learner = await one.enroll(course({ required: 2, quizzes: [50] }))
  const [first, second] = learner.course.required
  await one.take(LessonProgressedV1, learner.progressed(first!, 100, 2), learner.progressed(second!, 40, 3))
  const [quiz] = learner.course.quizzes
  await one.take(QuizAttemptedV1, learner.attempt(quiz!, 30, 4, 1), learner.attempt(quiz!, 80, 5, 2))
  return learner
}

/** The same, completed at `at(9)`. */
async function completed(): Promise<Learner> {
  const learner = await active()
  await one.take(CourseCompletedV1, learner.completion(9))
  return learner
}

describe('a cycle that is opened', () => {
  it('begins with nothing done, at the time that it is opened, whatever its request says', async () => {
    const learner = await completed()
    const [from, before] = [new Date(), await enrollment(learner)]
    expect(await request(learner.request('open_cycle', 20, { reason: 'a year has passed', due_at: at(500) }))).toEqual([])
    const now = await enrollment(learner)
    expect(now).toEqual({
      ...before,
      status: 'active',
      status_reason: 'a year has passed',
      completed_at: null,
      due_at: new Date(at(500)),
      cycle: 2,
      cycle_started_at: expect.any(Date),
      revision: expect.any(String),
      requested_at: new Date(at(20)),
      done_items: Buffer.alloc(0),
      progress_percentage: 0,
      updated_at: expect.any(Date),
    })
    expect((now['cycle_started_at'] as Date).getTime()).toBeGreaterThanOrEqual(from.getTime())
    expect((now['cycle_started_at'] as Date).getTime()).toBeLessThanOrEqual(Date.now())
    expect(Number(now['revision'])).toBeGreaterThan(Number(before['revision']))
    for (const table of ['lesson_progress', 'quiz_attempts']) expect(await rowsOf(learner, table)).toEqual([])
  })

  it('is announced', async () => {
    const learner = await completed()
    await request(learner.request('open_cycle', 20))
    const now = await enrollment(learner)
    expect((await changes(learner)).at(-1)!.data).toEqual({
      ...learner.key,
      revision: Number(now['revision']),
      status: 'active',
      cycle: 2,
      cycle_started_at: (now['cycle_started_at'] as Date).toISOString(),
      enrolled_at: at(0),
    })
  })

  it('leaves the cycle before it in the archive, whole, and nobody else’s', async () => {
    const [learner, neighbour] = [await completed(), await completed()]
    const tables = ['lesson_progress', 'quiz_attempts'] as const
    const orders = { lesson_progress: 'lesson_id', quiz_attempts: 'attempt_number' }
    const before = await enrollment(learner)
    const records = await Promise.all(tables.map((table) => rowsOf(learner, table, orders[table])))
    const neighbours = await Promise.all(['enrollments', ...tables].map((table) => rowsOf(neighbour, table)))
    await request(learner.request('open_cycle', 20))
    const now = await enrollment(learner)
    expect(await archived(learner)).toEqual([{ ...before, closed_at: now['cycle_started_at'], updated_at: expect.any(Date) }])
    expect(records.map((rows) => rows.length)).toEqual([2, 2])
    const moved = await Promise.all(tables.map((table) => rowsOf(learner, `${table}_archive`, orders[table])))
    expect(moved).toEqual(records.map((rows) => rows.map((row) => ({ ...row, cycle: 1 }))))
    expect(await Promise.all(['enrollments', ...tables].map((table) => rowsOf(neighbour, table)))).toEqual(neighbours)
    expect(await archived(neighbour)).toEqual([])
  })

  it('leaves the learner’s other courses alone, and other learners of the course', async () => {
    const [learner, neighbour] = [await completed(), await completed()]
    // The same lesson and quiz, of the learner in the neighbour's course and of the neighbour in the learner's.
    for (const [userId, courseId] of [
      [learner.userId, neighbour.course.id],
      [neighbour.userId, learner.course.id],
    ]) {
      const key = [userId, learner.course.required[0], courseId]
      await database.dataSource.query(
        'insert into lesson_progress (user_id, lesson_id, enrolled_course_version_id) values ($1, $2, $3)',
        key,
      )
      await database.dataSource.query('insert into quiz_attempts (user_id, quiz_id, enrolled_course_version_id) values ($1, $2, $3)', key)
    }
    await request(learner.request('open_cycle', 20))
    for (const table of ['lesson_progress', 'quiz_attempts']) {
      expect(await rowsOf(learner, table)).toMatchObject([{ enrolled_course_version_id: neighbour.course.id }])
      expect(await rowsOf(neighbour, table)).toHaveLength(3)
    }
  })

  it('takes the lessons anew, announces them as facts of its own, and completes and closes as the first did', async () => {
    const learner = await completed()
    await request(learner.request('open_cycle', 20))
    const [lesson] = learner.course.required
    const later = new Date().toISOString()
    await one.take(LessonProgressedV1, { ...learner.progressed(lesson!, 100), occurred_at: later })
    const ids = (await announced(database.dataSource, learner, LessonCompletedV1.topic)).map(({ id }) => id)
    expect(ids).toEqual([1, 2].map((cycle) => lessonCompletedId({ ...learner.key, lesson_id: lesson!, cycle })))
    expect(await enrollment(learner)).toMatchObject({ cycle: 2, progress_percentage: 33 })
    await one.take(CourseCompletedV1, { ...learner.completion(9, 2), completed_at: later })
    await request(learner.request('open_cycle', 30))
    expect(await enrollment(learner)).toMatchObject({ cycle: 3, status: 'active' })
    const [first, second] = await archived(learner)
    expect(first).toMatchObject({ cycle: 1, closed_at: second!['cycle_started_at'] })
    expect(second).toMatchObject({ cycle: 2, completed_at: new Date(later), progress_percentage: 33 })
    expect((await rowsOf(learner, 'lesson_progress_archive', 'cycle')).map(({ cycle }) => cycle)).toEqual([1, 1, 2])
  })

  it('begins after all that is recorded of the one before, also when that was recorded by a clock that is ahead', async () => {
    const learner = await completed()
    const ahead = new Date(Date.now() + 3_600_000)
    await database.dataSource.query('update lesson_progress set last_accessed_at = $2 where user_id = $1', [learner.userId, ahead])
    await request(learner.request('open_cycle', 20))
    expect(await enrollment(learner)).toMatchObject({ cycle_started_at: new Date(ahead.getTime() + 1) })
    await database.dataSource.query("update enrollments set status = 'completed' where user_id = $1", [learner.userId])
    await database.dataSource.query(
      `insert into quiz_attempts (user_id, quiz_id, enrolled_course_version_id, completed_at) values ($1, $2, $3, $4)`,
      [learner.userId, learner.course.quizzes[0], learner.course.id, new Date(ahead.getTime() + 7)],
    )
    await request(learner.request('open_cycle', 21))
    expect(await enrollment(learner)).toMatchObject({ cycle: 3, cycle_started_at: new Date(ahead.getTime() + 8) })
  })
})

describe('is refused, with the reason,', () => {
  it.each([
    ['active', []],
    ['cancelled_by_user', ['cancel']],
  ] as const)('for a cycle that is %s', async (status, actions) => {
    const learner = await active()
    for (const [n, action] of actions.entries()) await request(learner.request(action, 10 + n))
    const before = await enrollment(learner)
    expect(await request(learner.request('open_cycle', 20))).toMatchObject([
      { kind: 'reject', reason: `action open_cycle: cycle 1 is ${status}, neither completed nor revoked` },
    ])
    expect(await enrollment(learner)).toEqual(before)
    expect(await archived(learner)).toEqual([])
    expect(await rowsOf(learner, 'lesson_progress')).toHaveLength(2)
  })

  it('when it is asked for twice; a repeat of the same request changes nothing', async () => {
    const learner = await completed()
    const opening = learner.request('open_cycle', 20)
    expect(await request(opening, opening)).toEqual([])
    expect(await request(opening)).toEqual([])
    expect(await request(learner.request('open_cycle', 21))).toMatchObject([{ kind: 'reject' }])
    expect(await enrollment(learner)).toMatchObject({ cycle: 2 })
    expect(await archived(learner)).toHaveLength(1)
    expect(await changes(learner)).toHaveLength(3)
  })
})

describe('in a batch with other requests of the enrollment', () => {
  it('archives what they made of the cycle, and announces the outcome once', async () => {
    const learner = await active()
    const before = await enrollment(learner)
    await request(learner.request('revoke', 10, { reason: 'a mistake' }), learner.request('open_cycle', 11, { reason: 'again' }))
    expect(await archived(learner)).toMatchObject([
      { cycle: 1, status: 'revoked_by_admin', status_reason: 'a mistake', done_items: before['done_items'], progress_percentage: 66 },
    ])
    expect(await enrollment(learner)).toMatchObject({ cycle: 2, status: 'active', status_reason: 'again' })
    expect((await changes(learner)).map(({ data }) => [data['cycle'], data['status']])).toEqual([
      [1, 'active'],
      [2, 'active'],
    ])
    expect(await rowsOf(learner, 'lesson_progress_archive')).toHaveLength(2)
  })

  it('opens several, one after another; the records stay with the first', async () => {
    const learner = await active()
    await request(
      ...(['revoke', 'open_cycle', 'revoke', 'open_cycle', 'cancel'] as const).map((action, n) => learner.request(action, 10 + n)),
    )
    expect(await enrollment(learner)).toMatchObject({ cycle: 3, status: 'cancelled_by_user' })
    const [first, second] = await archived(learner)
    expect([first!['cycle'], second!['cycle']]).toEqual([1, 2])
    expect(second!['cycle_started_at']).toEqual(first!['closed_at'])
    expect((second!['closed_at'] as Date).getTime()).toBeGreaterThan((first!['closed_at'] as Date).getTime())
    expect((await rowsOf(learner, 'lesson_progress_archive')).map(({ cycle }) => cycle)).toEqual([1, 1])
  })

  it('archives a cycle that the same batch began', async () => {
    const learner = new Learner(course({ required: 1 }))
    await request(...(['enroll', 'revoke', 'open_cycle'] as const).map((action, n) => learner.request(action, n)))
    expect(await enrollment(learner)).toMatchObject({ cycle: 2, status: 'active', enrolled_at: new Date(at(0)) })
    expect(await archived(learner)).toMatchObject([{ cycle: 1, status: 'revoked_by_admin', enrolled_at: new Date(at(0)) }])
  })
})
