import fc from 'fast-check'
import { LessonCompletedV1, LessonProgressedV1, QuizAttemptedV1 } from '@laurel/contracts'
import { createTestDatabase, eventually, received, type TestDatabase } from '@laurel/testing'
import { Member, waitingForLocks } from '../consumers/member.fixture'
import { course, type Learner } from '../events.fixture'
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

/** What the enrollment says is done: the ordinals of its bitmap, and the percentage. */
async function standingOf(learner: Learner): Promise<{ ordinals: number[]; percentage: number }> {
  const [row] = await database.dataSource.query<{ done_items: Buffer; progress_percentage: number }[]>(
    'select done_items, progress_percentage from enrollments where user_id = $1',
    [learner.userId],
  )
  const { done_items: done, progress_percentage: percentage } = row!
  const ordinals = [...done].flatMap((byte, i) => [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (1 << bit)).map((bit) => 8 * i + bit))
  return { ordinals, percentage }
}

/** The same, counted from the rows: lessons before quizzes, as the rule numbers them. */
async function countedOf(learner: Learner): Promise<number[]> {
  const { required, optional, quizzes } = learner.course
  const items = [...required, ...optional, ...quizzes]
  const done = await database.dataSource.query<{ id: string }[]>(
    `select lesson_id as id from lesson_progress where user_id = $1 and status = 'completed'
     union select quiz_id from quiz_attempts where user_id = $1 and is_passed`,
    [learner.userId],
  )
  return done.map(({ id }) => items.indexOf(id)).toSorted((a, b) => a - b)
}

it('agrees with the rows, and with the rule, after any events in any batches on two connections at once', async () => {
  // 7 required lessons and 2 quizzes, 3 of 5 electives: 12 are needed.
  const some = course({ required: 7, optional: 5, quizzes: [50, 80], choose: 3 })
  const event = fc.record({
    kind: fc.constantFrom('progressed' as const, 'progressed' as const, 'lesson' as const, 'attempt' as const),
    item: fc.nat(11),
    value: fc.constantFrom(0, 40, 60, 90, 100, 100, 100),
    attempt: fc.integer({ min: 1, max: 3 }),
  })
  const batches = fc.array(fc.array(event, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(batches, async (parts) => {
      const learner = await one.enroll(some)
      const lessons = [...some.required, ...some.optional]
      const take = async (member: Member, part: (typeof parts)[number]) => {
        const of = (kind: string) => part.filter((each) => each.kind === kind)
        for (const { item, value } of of('progressed')) await member.take(LessonProgressedV1, learner.progressed(lessons[item]!, value))
        const completed = of('lesson').map(({ item }) => learner.lesson(lessons[item]!))
        const attempts = of('attempt').map(({ item, value, attempt }) => learner.attempt(some.quizzes[item % 2]!, value, 1, attempt))
        if (completed.length > 0) await member.take(LessonCompletedV1, ...completed)
        if (attempts.length > 0) await member.take(QuizAttemptedV1, ...attempts)
      }
      await Promise.all(parts.map((part, i) => take(i % 2 ? one : other, part)))
      const { ordinals, percentage } = await standingOf(learner)
      expect(ordinals).toEqual(await countedOf(learner))
      const inRange = (from: number, to: number) => ordinals.filter((ordinal) => ordinal >= from && ordinal < to).length
      const satisfied = inRange(0, 7) + Math.min(3, inRange(7, 12)) + inRange(12, 14)
      expect(percentage).toBe(Math.floor((100 * satisfied) / 12))
    }),
    { seed: 20_261_121, numRuns: 60 },
  )
}, 60_000)

it('counts both of two lessons that two connections complete at once', async () => {
  const learner = await one.enroll(course({ required: 2 }))
  const [first, second] = learner.course.required
  const held = await one.hold((tx) => one.apply(tx, [received(LessonProgressedV1, learner.progressed(first!, 100))]))
  const waiting = other.take(LessonProgressedV1, learner.progressed(second!, 100))
  await eventually(async () => expect(await waitingForLocks(database)).toBe(1))
  await held.commit()
  await waiting
  expect(await standingOf(learner)).toEqual({ ordinals: [0, 1], percentage: 100 })
})
