import { CourseCompletedV1, EnrollmentRequestedV1, LessonCompletedV1, LessonProgressedV1, QuizAttemptedV1 } from '@laurel/contracts'
import { transaction } from '@laurel/postgres'
import { createTestDatabase, eventually, received, type TestDatabase } from '@laurel/testing'
import { Member, waitingForLocks } from '../consumers/member.fixture'
import { course, Learner, type Course } from '../events.fixture'
import { CallerDatabase } from '../persistence/caller-database'
import { progressDatabase } from '../progress.module'
import { eraseLearner } from './erase-learner'
import { requestEnrollments } from './request-enrollments'

/** Real: Postgres, and the two members' own connections to it. */
let database: TestDatabase
let one: Member
let other: Member
let taught: Course

beforeAll(async () => {
  database = await createTestDatabase(progressDatabase)
  one = new Member(database.dataSource)
  other = new Member(await database.replica())
  taught = course({ required: 2, quizzes: [50] })
})
afterAll(() => database.drop())

const erase = ({ userId }: Learner) => transaction(database.dataSource, (tx) => eraseLearner(tx, userId, new Date()))
async function count(text: string, learner: Learner): Promise<number> {
  const [row] = await database.dataSource.query<{ n: number }[]>(text, [learner.userId])
  return row!.n
}
const enrollments = (learner: Learner) => count('select count(*)::int as n from enrollments where user_id = $1', learner)
const parked = (learner: Learner) =>
  count("select count(*)::int as n from parked_event where convert_from(payload, 'utf8') like '%' || $1 || '%'", learner)
const passedOver = (learner: Learner) =>
  count("select passed_over::int as n from erased_learner where user_hash = sha256(convert_to($1, 'utf8'))", learner)

it('are not recorded again by what arrives later or is replayed: nothing is parked, nothing dead-lettered, all is counted', async () => {
  const learner = await one.enroll(taught)
  const [first, second] = taught.required
  await one.take(LessonProgressedV1, learner.progressed(first!, 100))
  await erase(learner)
  const dispositions = [
    await one.take(EnrollmentRequestedV1, learner.request('enroll', 50)),
    await one.take(LessonProgressedV1, learner.progressed(first!, 100), learner.progressed(second!, 10)),
    await one.take(LessonCompletedV1, learner.lesson(second!)),
    await one.take(QuizAttemptedV1, learner.attempt(taught.quizzes[0]!, 90)),
    await one.take(CourseCompletedV1, learner.completion()),
  ]
  expect(dispositions).toEqual([[], [], [], [], []])
  expect([await enrollments(learner), await parked(learner), await passedOver(learner)]).toEqual([0, 0, 6])
})

it('do not hold up the others of their batch', async () => {
  const [gone, here, unknown] = [await one.enroll(taught), await one.enroll(taught), new Learner(taught)]
  await erase(gone)
  const lesson = taught.required[0]!
  const dispositions = await one.take(LessonProgressedV1, ...[gone, here, unknown].map((learner) => learner.progressed(lesson, 100)))
  expect(dispositions).toMatchObject([{ kind: 'park', message: { data: unknown.key } }])
  expect(await count('select count(*)::int as n from lesson_progress where user_id = $1', here)).toBe(1)
})

it('are known to REST as well, whose role sees no more of them than a hash', async () => {
  const learner = await one.enroll(taught)
  await erase(learner)
  const callers = new CallerDatabase(await database.as('progress_caller'))
  const caller = { userId: learner.userId, orgId: null, roles: [], isAdmin: false, isOrgAdmin: false }
  const request = { ...received(EnrollmentRequestedV1, learner.request('enroll', 50)).data }
  const outcomes = await callers.run(caller, (tx) =>
    requestEnrollments(
      tx,
      [
        {
          userId: learner.userId,
          courseVersionId: taught.id,
          action: 'enroll',
          sourceOfEnrollment: null,
          orgId: null,
          dueAt: null,
          reason: null,
          requestedAt: new Date(request.requested_at),
        },
      ],
      { requester: { kind: 'learner', userId: learner.userId, orgId: null }, clock: () => new Date() },
    ),
  )
  expect(outcomes).toMatchObject([{ kind: 'erased' }])
})

it('are erased after an enrollment that was under way, which is gone with the rest', async () => {
  const learner = new Learner(taught)
  const enrolling = await one.hold((tx) => one.apply(tx, [received(EnrollmentRequestedV1, learner.request('enroll'))]))
  const erasing = transaction(other.dataSource, (tx) => eraseLearner(tx, learner.userId, new Date()))
  await eventually(async () => expect(await waitingForLocks(database)).toBe(1))
  await enrolling.commit()
  expect(await erasing).toMatchObject({ enrollments_pseudonymised: 1 })
  expect(await enrollments(learner)).toBe(0)
})
