import fc from 'fast-check'
import { LessonCompletedV1, lessonCompletedId, LessonProgressedV1 } from '@laurel/contracts'
import { createTestDatabase, eventually, received, type TestDatabase } from '@laurel/testing'
import { Member, waitingForLocks } from '../consumers/member.fixture'
import { announced, at, course, type Learner } from '../events.fixture'
import { progressDatabase } from '../progress.module'

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
  database.dataSource.query<Record<string, unknown>[]>('select * from lesson_progress where user_id = $1 order by lesson_id', [
    learner.userId,
  ])
const completions = (learner: Learner) => announced(database.dataSource, learner, LessonCompletedV1.topic)
const progressed = (...data: LessonProgressedV1[]) => one.take(LessonProgressedV1, ...data)
async function enrolled(shape: Parameters<typeof course>[0] = { required: 2 }) {
  const learner = await one.enroll(course(shape))
  return { learner, lessons: [...learner.course.required, ...learner.course.optional] }
}

describe('a lesson’s record', () => {
  it('keeps the furthest percentage, the earliest start and completion, the latest access', async () => {
    const { learner, lessons } = await enrolled()
    await progressed(learner.progressed(lessons[0]!, 40, 5), learner.progressed(lessons[0]!, 0, 3))
    const base = { user_id: learner.userId, lesson_id: lessons[0], enrolled_course_version_id: learner.key.course_version_id }
    expect(await rows(learner)).toEqual([
      {
        ...base,
        status: 'in_progress',
        progress_percentage: 40,
        started_at: new Date(at(3)),
        last_accessed_at: new Date(at(5)),
        completed_at: null,
      },
    ])
    await progressed(learner.progressed(lessons[0]!, 100, 9))
    await progressed(learner.progressed(lessons[0]!, 62.5, 20))
    expect(await rows(learner)).toEqual([
      {
        ...base,
        status: 'completed',
        progress_percentage: 100,
        started_at: new Date(at(3)),
        last_accessed_at: new Date(at(20)),
        completed_at: new Date(at(9)),
      },
    ])
    await progressed(learner.progressed(lessons[0]!, 100, 7))
    expect(await rows(learner)).toMatchObject([{ completed_at: new Date(at(7)) }])
  })

  it('is not started while only 0 was reported', async () => {
    const { learner, lessons } = await enrolled()
    await progressed(learner.progressed(lessons[0]!, 0))
    expect(await rows(learner)).toMatchObject([{ status: 'not_started', progress_percentage: 0 }])
    await progressed(learner.progressed(lessons[0]!, 0.1))
    expect(await rows(learner)).toMatchObject([{ status: 'in_progress' }])
  })

  it('is the same for any order, repetition and batching of the same reports, and announced once', async () => {
    const it = course({ required: 2 })
    const report = fc.record({
      lesson: fc.nat({ max: 1 }),
      percentage: fc.constantFrom(0, 1, 50, 99.5, 100, 100),
      n: fc.integer({ min: 0, max: 60 }),
    })
    const shape = fc.record({
      reports: fc.array(report, { minLength: 1, maxLength: 12 }),
      order: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
      size: fc.integer({ min: 1, max: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(shape, async ({ reports, order, size }) => {
        const [inOrder, shuffled] = [await one.enroll(it), await one.enroll(it)]
        const marksOf = (learner: Learner, some: typeof reports) =>
          some.map(({ lesson, percentage, n }) => learner.progressed(it.required[lesson]!, percentage, n))
        await progressed(...marksOf(inOrder, reports))
        const mixed = reports
          .map((one, i) => ({ one, key: order[i]! }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ one }) => one)
        const repeated = [...mixed, ...mixed.slice(0, size)]
        for (let i = 0; i < repeated.length; i += size)
          await (i % 2 ? other : one).take(LessonProgressedV1, ...marksOf(shuffled, repeated.slice(i, i + size)))
        const records = async (learner: Learner) => (await rows(learner)).map(({ user_id: _, ...record }) => record)
        expect(await records(shuffled)).toEqual(await records(inOrder))
        const done = new Set(reports.filter(({ percentage }) => percentage === 100).map(({ lesson }) => it.required[lesson]!))
        for (const learner of [inOrder, shuffled]) {
          expect((await completions(learner)).map(({ data }) => data['lesson_id']).toSorted()).toEqual([...done].toSorted())
        }
      }),
      { seed: 20_260_105, numRuns: 40 },
    )
  }, 60_000)
})

describe('lesson.completed', () => {
  it('is announced with the id of the fact and the time of the event, optional lessons too', async () => {
    const { learner, lessons } = await enrolled({ required: 1, optional: 1 })
    await progressed(learner.progressed(lessons[0]!, 100, 4), learner.progressed(lessons[1]!, 100, 6))
    const fact = (i: number, n: number) => ({
      topic: LessonCompletedV1.topic,
      key: `${learner.key.course_version_id}:${learner.userId}`,
      id: lessonCompletedId({ ...learner.key, lesson_id: lessons[i]!, cycle: 1 }),
      data: { ...learner.key, lesson_id: lessons[i]!, completed_at: at(n) },
    })
    const found = await completions(learner)
    expect(found).toHaveLength(2)
    expect(found).toEqual(expect.arrayContaining([fact(0, 4), fact(1, 6)]))
  })

  it('is announced once when two connections report 100 at once, in every round', async () => {
    for (let round = 0; round < 40; round++) {
      const { learner, lessons } = await enrolled({ required: 1 })
      const report = learner.progressed(lessons[0]!, 100)
      await Promise.all([one.take(LessonProgressedV1, report, report), other.take(LessonProgressedV1, report)])
      expect(await completions(learner)).toHaveLength(1)
    }
  })

  it('is announced again when the first announcement was rolled back', async () => {
    const { learner, lessons } = await enrolled()
    const batch = [received(LessonProgressedV1, learner.progressed(lessons[0]!, 100))]
    const dying = one.dataSource.transaction(async (tx) => {
      await one.apply(tx, batch)
      throw new Error('died')
    })
    await expect(dying).rejects.toThrow('died')
    expect([await rows(learner), await completions(learner)]).toEqual([[], []])
    await one.takeReceived(batch)
    expect(await completions(learner)).toHaveLength(1)
  })

  it('of another service is recorded and not announced again, before or after the learner’s own report', async () => {
    const { learner, lessons } = await enrolled()
    expect(await one.take(LessonCompletedV1, learner.lesson(lessons[0]!, 3), learner.lesson(lessons[0]!, 2))).toEqual([])
    await progressed(learner.progressed(lessons[0]!, 100, 5))
    expect(await completions(learner)).toEqual([])
    expect(await rows(learner)).toMatchObject([{ status: 'completed', progress_percentage: 100, completed_at: new Date(at(2)) }])

    await progressed(learner.progressed(lessons[1]!, 100, 5))
    await one.take(LessonCompletedV1, learner.lesson(lessons[1]!, 4))
    expect((await completions(learner)).map(({ data }) => data['lesson_id'])).toEqual([lessons[1]])
  })
})

it('takes a report from the future as made when it was recorded', async () => {
  const { learner, lessons } = await enrolled()
  const recordTime = new Date(at(50))
  await one.takeReceived([received(LessonProgressedV1, learner.progressed(lessons[0]!, 100, 90), recordTime)])
  await one.takeReceived([received(LessonCompletedV1, learner.lesson(lessons[1]!, 90), recordTime)])
  expect((await rows(learner)).map((row) => row['completed_at'])).toEqual([recordTime, recordTime])
})

it('locks enrollments in key order, so that batches of the same learners in opposite order never deadlock', async () => {
  const some = course({ required: 1 })
  const [lesson] = some.required
  const learners: Learner[] = []
  for (let n = 0; n < 9; n++) learners.push(await one.enroll(some))
  const sorted = learners.toSorted((a, b) => (a.userId < b.userId ? -1 : 1))
  // Both are stopped at the row in the middle: from opposite ends each would then hold what the other needs.
  const middle = await one.hold((tx) => tx.query('select 1 from enrollments where user_id = $1 for update', [sorted[4]!.userId]))
  // Without the runner's retries, which would hide a deadlock.
  const take = (member: Member, some: readonly Learner[], percentage: number) =>
    member.dataSource.transaction((tx) =>
      member.apply(
        tx,
        some.map((learner) => received(LessonProgressedV1, learner.progressed(lesson!, percentage))),
      ),
    )
  const both = Promise.all([take(one, sorted, 20), take(other, sorted.toReversed(), 30)])
  await eventually(async () => expect(await waitingForLocks(database)).toBe(2))
  await middle.commit()
  await both
  for (const learner of sorted) expect(await rows(learner)).toMatchObject([{ progress_percentage: 30 }])
})
