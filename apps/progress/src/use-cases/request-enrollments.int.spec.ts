import { EnrollmentChangedV1, enrollmentChangedId, EnrollmentRequestedV1 } from '@laurel/contracts'
import { createTestDatabase, eventually, received, type TestDatabase } from '@laurel/testing'
import { Member, waitingForLocks } from '../consumers/member.fixture'
import { announced, at, course, Learner } from '../events.fixture'
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

const changes = (learner: Learner) => announced(database.dataSource, learner)
const statuses = async (learner: Learner) => (await changes(learner)).map(({ data }) => data['status'])
const row = async (learner: Learner) =>
  (
    await database.dataSource.query('select * from enrollments where user_id = $1 and course_version_id = $2', [
      learner.userId,
      learner.key.course_version_id,
    ])
  )[0]
const request = (...requests: EnrollmentRequestedV1[]) => one.take(EnrollmentRequestedV1, ...requests)
const fresh = () => new Learner(course({ required: 1 }))

it('enrolls, and announces it with all that was asked for', async () => {
  const learner = fresh()
  const wish = { source_of_enrollment: 'company_assignment', org_id: learner.course.version.course_id, due_at: at(500) }
  expect(await request(learner.request('enroll', 3, wish))).toEqual([])
  const [change, ...more] = await changes(learner)
  expect(more).toEqual([])
  const revision = Number((await row(learner)).revision)
  expect(change).toEqual({
    topic: EnrollmentChangedV1.topic,
    key: `${learner.key.course_version_id}:${learner.userId}`,
    id: enrollmentChangedId({ ...learner.key, revision }),
    data: {
      ...learner.key,
      revision,
      status: 'active',
      cycle: 1,
      cycle_started_at: '1970-01-01T00:00:00.000Z',
      enrolled_at: at(3),
      ...wish,
    },
  })
})

it('announces each change with a revision that grows, also when the clock stands back', async () => {
  const learner = fresh()
  await request(learner.request('enroll', 1))
  await database.dataSource.query('update enrollments set revision = 9000000000000000 where user_id = $1', [learner.userId])
  for (const [n, action] of (['cancel', 'enroll', 'revoke', 'reactivate'] as const).entries()) await request(learner.request(action, n + 2))
  expect(await statuses(learner)).toEqual(['active', 'cancelled_by_user', 'active', 'revoked_by_admin', 'active'])
  const events = await changes(learner)
  const revisions = events.map(({ data }) => Number(data['revision']))
  expect(revisions.slice(1)).toEqual([1, 2, 3, 4].map((n) => 9_000_000_000_000_000 + n))
  expect(revisions[0]).toBeGreaterThan(Date.UTC(2026, 0, 1) * 1_000)
  expect(new Set(events.map(({ id }) => id)).size).toBe(5)
  expect(Number((await row(learner)).revision)).toBe(revisions.at(-1))
})

it('changes nothing on a repeat, in one batch or another', async () => {
  const learner = fresh()
  const enroll = learner.request('enroll', 1)
  await request(enroll, enroll)
  const before = await row(learner)
  await request(enroll)
  await request(learner.request('enroll', 5))
  expect(await row(learner)).toMatchObject({ status: 'active', revision: before.revision, enrolled_at: before.enrolled_at })
  expect(await changes(learner)).toHaveLength(1)
})

it('applies the requests of one batch one after another, and announces what came of them once', async () => {
  const [learner, neighbour] = [fresh(), fresh()]
  await request(
    learner.request('enroll', 1),
    neighbour.request('enroll', 1),
    learner.request('cancel', 2),
    learner.request('enroll', 3),
    learner.request('cancel', 4),
  )
  expect(await statuses(learner)).toEqual(['cancelled_by_user'])
  expect(await statuses(neighbour)).toEqual(['active'])
  await request(learner.request('enroll', 5), learner.request('cancel', 6), learner.request('enroll', 7))
  expect(await statuses(learner)).toEqual(['cancelled_by_user', 'active'])
})

it('keeps why the status is what it is, of the last request that changed it', async () => {
  const learner = fresh()
  const reasonOf = async () => (await row(learner)).status_reason
  await request(learner.request('enroll', 1, { reason: 'assigned' }))
  expect(await reasonOf()).toBe('assigned')
  await request(learner.request('enroll', 2, { reason: 'again' }))
  expect(await reasonOf()).toBe('assigned')
  await request(learner.request('revoke', 3, { reason: 'left the company 🎓' }))
  expect(await reasonOf()).toBe('left the company 🎓')
  await request(learner.request('reactivate', 4))
  expect(await reasonOf()).toBeNull()
})

it('passes over a request that is not later than the last one applied', async () => {
  const learner = fresh()
  await request(learner.request('enroll', 1))
  await request(learner.request('cancel', 10))
  await request(learner.request('enroll', 9), learner.request('enroll', 10))
  expect(await row(learner)).toMatchObject({ status: 'cancelled_by_user', requested_at: new Date(at(10)) })
  await request(learner.request('enroll', 11))
  expect(await statuses(learner)).toEqual(['active', 'cancelled_by_user', 'active'])
})

it('takes a request that changed nothing as applied: an earlier one that arrives after it does not undo it', async () => {
  const learner = fresh()
  await request(learner.request('enroll', 1))
  await request(learner.request('enroll', 20))
  await request(learner.request('cancel', 15))
  expect(await statuses(learner)).toEqual(['active'])
  await request(learner.request('cancel', 21))
  expect(await statuses(learner)).toEqual(['active', 'cancelled_by_user'])
})

it('takes a request from the future as made when it was recorded', async () => {
  const learner = fresh()
  await one.takeReceived([received(EnrollmentRequestedV1, learner.request('enroll', 500), new Date(at(50)))])
  await request(learner.request('cancel', 51))
  expect(await row(learner)).toMatchObject({ status: 'cancelled_by_user', enrolled_at: new Date(at(50)) })
})

it('rejects, with the action, what there is nothing to do with, and applies the rest of the batch', async () => {
  const [stranger, revoked, learner] = [fresh(), fresh(), fresh()]
  await request(revoked.request('enroll', 1), revoked.request('revoke', 2))
  const dispositions = await request(
    stranger.request('cancel', 1),
    revoked.request('enroll', 3),
    learner.request('enroll', 1),
    learner.request('open_cycle', 2),
  )
  expect(dispositions.map((d) => [d.kind, d.message.data, d.reason])).toEqual([
    ['reject', stranger.request('cancel', 1), expect.stringMatching(/^action cancel: /)],
    ['reject', revoked.request('enroll', 3), expect.stringMatching(/^action enroll: /)],
    ['reject', learner.request('open_cycle', 2), expect.stringMatching(/^action open_cycle: /)],
  ])
  expect(await row(stranger)).toBeUndefined()
  expect(await statuses(revoked)).toEqual(['revoked_by_admin'])
  expect(await statuses(learner)).toEqual(['active'])
})

it('enrolls once when the first request arrives at once on two connections, in every round', async () => {
  for (let round = 0; round < 30; round++) {
    const learner = fresh()
    await Promise.all([
      one.take(EnrollmentRequestedV1, learner.request('enroll', 1)),
      other.take(EnrollmentRequestedV1, learner.request('enroll', 1)),
    ])
    expect(await changes(learner)).toHaveLength(1)
  }
})

it('sees the enrollment that the transaction it waited for has inserted', async () => {
  const learner = fresh()
  const first = await one.hold((tx) => one.apply(tx, [received(EnrollmentRequestedV1, learner.request('enroll', 1))]))
  const second = other.take(EnrollmentRequestedV1, learner.request('enroll', 1), learner.request('cancel', 2))
  await eventually(async () => expect(await waitingForLocks(database)).toBe(1))
  await first.commit()
  expect(await second).toEqual([])
  expect(await statuses(learner)).toEqual(['active', 'cancelled_by_user'])
  const [enrolled, cancelled] = (await changes(learner)).map(({ data }) => Number(data['revision']))
  expect(cancelled).toBeGreaterThan(enrolled!)
})

it('gives rivals on two connections revisions that grow, and announces them in that order', async () => {
  const learner = fresh()
  await request(learner.request('enroll', 1))
  for (let n = 2; n < 40; n += 2) {
    await Promise.all([
      one.take(EnrollmentRequestedV1, learner.request('cancel', n)),
      other.take(EnrollmentRequestedV1, learner.request('enroll', n + 1)),
    ])
  }
  const revisions = (await changes(learner)).map(({ data }) => Number(data['revision']))
  expect(revisions).toEqual([...new Set(revisions)].toSorted((a, b) => a - b))
  expect((await row(learner)).requested_at).toEqual(new Date(at(39)))
  expect((await statuses(learner)).at(-1)).toBe('active')
})

it('locks in key order, so that batches of the same learners in opposite order never deadlock', async () => {
  const learners = Array.from({ length: 9 }, fresh)
  await request(...learners.map((learner) => learner.request('enroll', 1)))
  // Both are stopped at the row in the middle: from opposite ends each would then hold what the other needs.
  const middle = await one.hold((tx) => tx.query('select 1 from enrollments where user_id = $1 for update', [learners[4]!.userId]))
  const take = (member: Member, batch: EnrollmentRequestedV1[]) =>
    // As on a large table, where rows are found one by one; without the runner's retries, which would hide a deadlock.
    member.dataSource.transaction(async (tx) => {
      await tx.query(
        'set local plan_cache_mode = force_custom_plan; set local enable_hashjoin = off; set local enable_mergejoin = off; set local enable_seqscan = off',
      )
      await member.apply(
        tx,
        batch.map((data) => received(EnrollmentRequestedV1, data)),
      )
    })
  const both = Promise.all([
    take(
      one,
      learners.map((learner) => learner.request('cancel', 2)),
    ),
    take(
      other,
      learners.toReversed().map((learner) => learner.request('enroll', 3)),
    ),
  ])
  await eventually(async () => expect(await waitingForLocks(database)).toBe(2))
  await middle.commit()
  await both
  for (const learner of learners) expect((await row(learner)).requested_at).toEqual(new Date(at(3)))
})
