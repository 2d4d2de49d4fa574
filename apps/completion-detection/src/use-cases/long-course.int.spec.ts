import { CourseVersionPublishedV1, EnrollmentChangedV1, LessonCompletedV1 } from '@laurel/contracts'
import { transaction } from '@laurel/postgres'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { completionDatabase } from '../completion-detection.module'
import { completionsOf, Member } from '../consumers/member.fixture'
import { decodeLog } from '../domain/evidence-log'
import { at, course, Learner } from '../events.fixture'
import { findLedger } from '../persistence/ledger-store'

const LESSONS = 120

/** Real: Postgres. */
let database: TestDatabase
let member: Member

beforeAll(async () => {
  database = await createTestDatabase(completionDatabase)
  member = new Member(database.dataSource)
})
afterAll(() => database.drop())

async function enrolled() {
  const it = course({ required: LESSONS, optional: 2 })
  const learner = new Learner(it)
  await member.take(CourseVersionPublishedV1, it.version)
  await member.take(EnrollmentChangedV1, learner.enrollment())
  return { ...it, learner, key: { courseVersionId: it.version.course_version_id, userId: learner.userId } }
}

const rowOf = async (userId: string) =>
  (
    await database.dataSource.query<{ evidence: Buffer; pages: number; done: string }[]>(
      'select evidence, pages, done::text from completion_ledger where user_id = $1',
      [userId],
    )
  )[0]!
const ledgerOf = (key: Parameters<typeof findLedger>[1]) => transaction(database.dataSource, (tx) => findLedger(tx, key))

it('keeps its row small however many lessons are done, and every observation of them', async () => {
  const { learner, required, key } = await enrolled()
  for (const [n, id] of required.entries()) await member.take(LessonCompletedV1, learner.lesson(id, n + 1))
  const row = await rowOf(learner.userId)
  expect(row.pages).toBeGreaterThan(2)
  expect(decodeLog(row.evidence).length).toBeLessThan(LESSONS / 3)
  expect(row.done).toBe(`00${'1'.repeat(LESSONS)}`)
  const { observations, completedAt } = (await ledgerOf(key))!
  expect(observations.map((one) => new Date(one.at).toISOString())).toEqual(required.map((_, n) => at(n + 1)))
  expect(completedAt).toBe(Date.parse(at(LESSONS)))
})

it('finds in its pages what it knows already, and what is earlier', async () => {
  const { learner, required, key, ...it } = await enrolled()
  const [last, ...others] = required
  for (const id of others) await member.take(LessonCompletedV1, learner.lesson(id, 50))
  const before = await rowOf(learner.userId)
  await member.take(LessonCompletedV1, ...others.map((id) => learner.lesson(id, 50)))
  expect(await rowOf(learner.userId)).toEqual(before)
  await member.take(LessonCompletedV1, ...others.map((id) => learner.lesson(id, 7)))
  await member.take(LessonCompletedV1, learner.lesson(last!, 3))
  expect((await ledgerOf(key))!.observations).toHaveLength(2 * LESSONS - 1)
  expect(await completionsOf(database.dataSource, it.version.course_version_id)).toMatchObject([{ completed_at: at(7) }])
})

it('takes a whole course in one batch, also before the enrollment is known', async () => {
  const it = await enrolled()
  const early = new Learner(it)
  for (const learner of [it.learner, early]) await member.take(LessonCompletedV1, ...it.required.map((id, n) => learner.lesson(id, n)))
  await member.take(EnrollmentChangedV1, early.enrollment())
  const done = await completionsOf(database.dataSource, it.version.course_version_id)
  expect(done.map(({ user_id, completed_at }) => [user_id, completed_at])).toEqual([
    [it.learner.userId, at(LESSONS - 1)],
    [early.userId, at(LESSONS - 1)],
  ])
})
