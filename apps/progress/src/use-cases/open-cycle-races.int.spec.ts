import { CourseCompletedV1, EnrollmentRequestedV1, LessonProgressedV1 } from '@laurel/contracts'
import { createTestDatabase, eventually, received, type TestDatabase } from '@laurel/testing'
import { Member, waitingForLocks } from '../consumers/member.fixture'
import { at, course, type Learner } from '../events.fixture'
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

const rowsOf = (learner: Learner, table: string) =>
  database.dataSource.query<Record<string, unknown>[]>(`select * from ${table} where user_id = $1`, [learner.userId])

/** A learner with one of two lessons done, completed at `at(9)`. */
async function completed(): Promise<Learner> {
  const learner = await one.enroll(course({ required: 2 }))
  await one.take(LessonProgressedV1, learner.progressed(learner.course.required[0]!, 100, 2))
  await one.take(CourseCompletedV1, learner.completion(9))
  return learner
}

it('waits for a lesson that is being written, and archives it', async () => {
  const learner = await completed()
  const [, second] = learner.course.required
  const writing = await other.hold((tx) =>
    other.apply(tx, [received(LessonProgressedV1, { ...learner.progressed(second!, 100), occurred_at: new Date().toISOString() })]),
  )
  const opening = one.take(EnrollmentRequestedV1, learner.request('open_cycle', 20))
  await eventually(async () => expect(await waitingForLocks(database)).toBe(1))
  await writing.commit()
  expect(await opening).toEqual([])
  expect(await rowsOf(learner, 'lesson_progress')).toEqual([])
  const lessons = await rowsOf(learner, 'lesson_progress_archive')
  expect(lessons.map(({ status }) => status)).toEqual(['completed', 'completed'])
  const start = (await rowsOf(learner, 'enrollments'))[0]!['cycle_started_at'] as Date
  for (const lesson of lessons) expect((lesson['last_accessed_at'] as Date).getTime()).toBeLessThan(start.getTime())
  expect(await rowsOf(learner, 'enrollments_archive')).toMatchObject([{ progress_percentage: 100 }])
})

it('makes a lesson wait that is written meanwhile, and its own time tells its cycle', async () => {
  const learner = await completed()
  const [first, second] = learner.course.required
  const opening = await other.hold((tx) => other.apply(tx, [received(EnrollmentRequestedV1, learner.request('open_cycle', 20))]))
  const later = new Date().toISOString()
  const writing = one.take(LessonProgressedV1, learner.progressed(second!, 100, 8), {
    ...learner.progressed(first!, 30),
    occurred_at: later,
  })
  await eventually(async () => expect(await waitingForLocks(database)).toBe(1))
  await opening.commit()
  expect(await writing).toEqual([])
  expect(await rowsOf(learner, 'lesson_progress')).toMatchObject([{ lesson_id: first, progress_percentage: 30 }])
  const lessons = await rowsOf(learner, 'lesson_progress_archive')
  expect(lessons.find(({ lesson_id }) => lesson_id === second)).toMatchObject({
    cycle: 1,
    status: 'completed',
    completed_at: new Date(at(8)),
  })
  expect(await rowsOf(learner, 'enrollments')).toMatchObject([{ cycle: 2, progress_percentage: 0 }])
})
