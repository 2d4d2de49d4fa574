import { randomUUID } from 'node:crypto'
import { CourseVersionPublishedV1, EnrollmentRequestedV1 } from '@laurel/contracts'
import { CourseVersionStore } from '@laurel/course-versions'
import { transaction } from '@laurel/postgres'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { Member } from '../consumers/member.fixture'
import { course, Learner } from '../events.fixture'
import { isInOrganisation } from '../persistence/my-courses-store'
import { progressDatabase } from '../progress.module'
import { findEnrolledCourse } from './find-enrolled-course'
import { listMyCourses } from './list-my-courses'
import { listRoster } from './list-roster'
import { readStatistics } from './read-statistics'

/** Real: Postgres, in the role that no row-level security limits, so that what is not shown is left out by the reads themselves. */
let database: TestDatabase
const versions = new CourseVersionStore()
const taken = course({ required: 1 })
const [orgId, learner, stranger] = [randomUUID(), new Learner(taken), new Learner(taken)]

beforeAll(async () => {
  database = await createTestDatabase(progressDatabase)
  const member = new Member(database.dataSource)
  await member.take(CourseVersionPublishedV1, taken.version)
  await member.take(EnrollmentRequestedV1, learner.request('enroll', 0, { org_id: orgId }), stranger.request('enroll'))
})
afterAll(() => database.drop())

describe.each([
  ['everything', null, [true, true]],
  ['the enrollments of the organisation', orgId, [true, false]],
  ['nothing of another organisation', randomUUID(), [false, false]],
])('sees %s', (_, ofOrg, expected) => {
  const inTransaction = <T>(work: Parameters<typeof transaction<T>>[1]) => transaction(database.dataSource, work)
  const users = [learner.userId, stranger.userId]

  it('where a course is looked up', async () => {
    for (const id of [taken.id, taken.version.course_id]) {
      const found = await inTransaction((tx) => Promise.all(users.map((userId) => findEnrolledCourse(tx, versions, id, userId, ofOrg))))
      expect(found.map(({ kind }) => kind === 'found')).toEqual(expected)
    }
  })

  it('in a learner’s courses', async () => {
    const listed = (userId: string) =>
      inTransaction((tx) => listMyCourses(tx, versions, { userId, orgId: ofOrg, status: null }, null, 10)).then(
        ({ courses }) => courses.length,
      )
    expect([await listed(users[0]!), await listed(users[1]!)]).toEqual(expected.map(Number))
  })

  it('in roster and statistics', async () => {
    const filter = { orgId: ofOrg, status: null, minPercentage: 0, maxPercentage: 100 }
    const roster = await inTransaction((tx) => listRoster(tx, versions, taken.id, filter, null, 10))
    const shown = roster!.entries.map(({ enrollment }) => enrollment.userId)
    expect(users.map((userId) => shown.includes(userId))).toEqual(expected)
    expect(await inTransaction((tx) => readStatistics(tx, versions, taken.id, ofOrg))).toMatchObject({
      statistics: { counts: { enrolled: expected.filter(Boolean).length } },
    })
  })
})

it('knows whose learners are an organisation’s', async () => {
  const asked = (userId: string, org: string) => transaction(database.dataSource, (tx) => isInOrganisation(tx, userId, org))
  expect([await asked(learner.userId, orgId), await asked(stranger.userId, orgId), await asked(learner.userId, randomUUID())]).toEqual([
    true,
    false,
    false,
  ])
})
