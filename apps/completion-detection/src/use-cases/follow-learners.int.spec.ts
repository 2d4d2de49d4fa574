import { randomUUID } from 'node:crypto'
import { OutsideCallError, PermanentJobError } from '@laurel/jobs'
import { transaction } from '@laurel/postgres'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { at, course, Learner } from '../events.fixture'
import { emailOf, externalCourse, Followers, learnersDatabase, PLATFORM, somebody } from '../learners.fixture'
import { findLearners, type WantedLearner } from '../persistence/learner-store'
import { RESOLVE_QUEUE } from './resolve-learner'

/** Real: Postgres. */
let database: TestDatabase
let followers: Followers
const runs = externalCourse()

beforeAll(async () => {
  database = await createTestDatabase(learnersDatabase)
  followers = new Followers(database.dataSource)
  await followers.publish(runs)
})
beforeEach(() => {
  followers.jobs.length = 0
  followers.findable.length = 0
})
afterAll(() => database.drop())

const completed = (learner: Learner, revision: number, cycle = 1) =>
  learner.enrollment({ status: 'completed', revision, cycle, completed_at: at(9) })

describe('an enrollment in a course that also runs on a platform', () => {
  it('becomes a pending learner, and one job asks for the e-mail however often the event comes', async () => {
    const learner = new Learner(runs)
    await followers.follow(learner.enrollment(), learner.enrollment())
    await followers.follow(learner.enrollment())
    const row = await followers.row(learner)
    expect(row).toMatchObject({ enrollment_status: 'pending', is_active: true, email: null, cycle: 1 })
    expect(followers.jobs).toMatchObject([{ queue: RESOLVE_QUEUE, data: { learner_id: row!.id } }])
  })

  it('becomes one learner for each course of a platform, named twice or not', async () => {
    const refs = ['a', 'b', 'a'].map((external_course_id) => ({ platform: PLATFORM, external_course_id }))
    const both = externalCourse()
    await followers.publish({ ...both, version: { ...both.version, external_refs: refs } })
    await followers.follow(new Learner(both).enrollment())
    expect(followers.jobs).toHaveLength(2)
  })

  it('is checked no more when it is cancelled, and again when it is active', async () => {
    const learner = new Learner(runs)
    await followers.follow(learner.enrollment(), learner.enrollment({ revision: 2, status: 'cancelled_by_user' }))
    expect(await followers.row(learner)).toMatchObject({ is_active: false })
    await followers.follow(learner.enrollment({ revision: 3 }))
    await followers.follow(learner.enrollment({ revision: 2, status: 'revoked_by_admin' }))
    expect(await followers.row(learner)).toMatchObject({ is_active: true })
    expect(followers.jobs).toHaveLength(1)
  })

  it('is completed when it is completed by anything, and starts anew with the next cycle', async () => {
    const learner = new Learner(runs)
    await followers.follow(learner.enrollment())
    await followers.resolve()
    await followers.follow(completed(learner, 2))
    expect(await followers.row(learner)).toMatchObject({
      enrollment_status: 'completed',
      is_active: false,
      completion_date: new Date(at(9)),
    })
    await followers.follow(learner.enrollment({ revision: 3, cycle: 2, cycle_started_at: at(10) }))
    expect(await followers.row(learner)).toMatchObject({ enrollment_status: 'enrolled', is_active: true, completion_date: null, cycle: 2 })
    // Of a progress that has lost the second cycle.
    await followers.follow(learner.enrollment({ revision: 4, status: 'cancelled_by_user' }))
    expect(await followers.row(learner)).toMatchObject({ is_active: true, cycle: 2 })
    expect(followers.jobs).toEqual([])
  })

  it('waits for its course version, which alone says whether there is a platform', async () => {
    const late = externalCourse()
    const learner = new Learner(late)
    const parked = await followers.follow(learner.enrollment(), new Learner(runs).enrollment())
    expect(parked).toMatchObject([{ kind: 'park', waitsFor: expect.stringContaining(late.version.course_version_id) }])
    expect(followers.jobs).toHaveLength(1)
    await followers.publish(late)
    expect(await followers.follow(learner.enrollment())).toEqual([])
    expect(await followers.row(learner)).toMatchObject({ enrollment_status: 'pending' })
  })

  it('is no learner where the course runs on no platform', async () => {
    const own = course({ required: 1 })
    await followers.publish(own)
    expect(await followers.follow(new Learner(own).enrollment())).toEqual([])
    expect(followers.jobs).toEqual([])
  })
})

describe('the Directory', () => {
  it('makes a pending learner enrolled, which webhooks that wait are told', async () => {
    const learner = new Learner(runs)
    await followers.follow(learner.enrollment())
    await followers.resolve()
    expect(await followers.row(learner)).toMatchObject({ enrollment_status: 'enrolled', email: emailOf(learner) })
    expect(followers.findable).toEqual([[PLATFORM, runs.version.course_id]])
  })

  it('is not asked again about a learner whom it has named', async () => {
    const learner = new Learner(runs)
    await followers.follow(learner.enrollment())
    const twice = [...followers.jobs, ...followers.jobs]
    followers.jobs.splice(0, 1, ...twice)
    let asked = 0
    await followers.resolve(async (userId) => {
      asked++
      return somebody(userId)
    })
    expect(asked).toBe(1)
    expect(followers.findable).toHaveLength(1)
  })

  it('that does not know a learner fails the enrollment, until a redriven job finds that it does', async () => {
    const learner = new Learner(runs)
    await followers.follow(learner.enrollment())
    const [job] = followers.jobs
    await expect(followers.resolve(() => Promise.reject(new PermanentJobError('answered 404')))).rejects.toBeInstanceOf(PermanentJobError)
    expect(await followers.row(learner)).toMatchObject({ enrollment_status: 'enrollment_failed', email: null })
    followers.jobs.push(job!)
    await followers.resolve()
    expect(await followers.row(learner)).toMatchObject({ enrollment_status: 'enrolled' })
  })

  it('that is unwell changes nothing', async () => {
    const learner = new Learner(runs)
    await followers.follow(learner.enrollment())
    await expect(followers.resolve(() => Promise.reject(new OutsideCallError('answered 503')))).rejects.toBeInstanceOf(OutsideCallError)
    expect(await followers.row(learner)).toMatchObject({ enrollment_status: 'pending' })
  })

  it('names a learner who is completed by then, and leaves them completed', async () => {
    const learner = new Learner(runs)
    await followers.follow(learner.enrollment(), completed(learner, 2))
    await followers.resolve()
    expect(await followers.row(learner)).toMatchObject({ enrollment_status: 'completed', email: emailOf(learner) })
  })

  it('is asked again in the next cycle about a learner whom it did not know', async () => {
    const learner = new Learner(runs)
    await followers.follow(learner.enrollment())
    await expect(followers.resolve(() => Promise.reject(new PermanentJobError('answered 404')))).rejects.toThrow()
    await followers.follow(learner.enrollment({ revision: 2, cycle: 2, cycle_started_at: at(10) }))
    expect(await followers.row(learner)).toMatchObject({ enrollment_status: 'pending' })
    expect(followers.jobs).toHaveLength(1)
  })
})

describe('finding learners as a platform names them', () => {
  const find = (...wanted: WantedLearner[]) => transaction(database.dataSource, (tx) => findLearners(tx, wanted))
  const inCourse = { platform: PLATFORM, externalCourseId: runs.version.course_id }

  it('gives one list for each, by e-mail in any case, by the id of the platform or by ours', async () => {
    const [ada, eve] = await followers.enrolled(runs, 2)
    await database.dataSource.query(`update learners set external_learner_id = 'g-7' where user_id = $1`, [eve!.userId])
    const found = await find(
      { ...inCourse, email: emailOf(ada!).toUpperCase() },
      { ...inCourse, email: 'nobody@learners.example' },
      { ...inCourse, externalId: 'g-7' },
      { ...inCourse, externalId: eve!.userId.toUpperCase() },
      { ...inCourse, externalCourseId: randomUUID(), email: emailOf(ada!) },
      { ...inCourse, platform: 'moodle', email: emailOf(ada!) },
      inCourse,
    )
    expect(found.map((learners) => learners.map(({ userId }) => userId))).toEqual([
      [ada!.userId],
      [],
      [eve!.userId],
      [eve!.userId],
      [],
      [],
      [],
    ])
    expect(found[0]![0]).toEqual({
      id: (await followers.row(ada!))!.id,
      ...inCourse,
      courseVersionId: runs.version.course_version_id,
      userId: ada!.userId,
      email: emailOf(ada!),
    })
  })

  it('gives each course version that runs there', async () => {
    const renewed = externalCourse()
    const version = { ...renewed.version, external_refs: runs.version.external_refs! }
    await followers.publish({ ...renewed, version })
    const [learner] = await followers.enrolled(runs, 1)
    await followers.follow({ ...learner!.enrollment(), course_version_id: version.course_version_id })
    await followers.resolve()
    const [found] = await find({ ...inCourse, email: emailOf(learner!) })
    expect(found).toHaveLength(2)
  })

  it('asks nothing for nobody', async () => {
    expect(await find()).toEqual([])
  })
})
