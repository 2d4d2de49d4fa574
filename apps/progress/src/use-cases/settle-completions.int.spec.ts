import { CourseCompletedV1, CourseCompletionRevokedV1, EnrollmentChangedV1, EnrollmentRequestedV1 } from '@laurel/contracts'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { Member } from '../consumers/member.fixture'
import { announced, at, course, Learner } from '../events.fixture'
import { progressDatabase } from '../progress.module'
import { awaitedEnrollment } from './awaited-enrollment'

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

const enrolled = () => one.enroll(course({ required: 1 }))
const completed = (...data: CourseCompletedV1[]) => one.take(CourseCompletedV1, ...data)
const revoked = (...data: CourseCompletionRevokedV1[]) => one.take(CourseCompletionRevokedV1, ...data)
const requested = (...data: EnrollmentRequestedV1[]) => one.take(EnrollmentRequestedV1, ...data)
const statuses = async (learner: Learner) =>
  (await announced(database.dataSource, learner, EnrollmentChangedV1.topic)).map(({ data }) => data['status'])
const row = async (learner: Learner) =>
  (
    await database.dataSource.query(
      'select status, status_reason, completed_at, revoked_completion_id from enrollments where user_id = $1',
      [learner.userId],
    )
  )[0]

describe('course.completed', () => {
  it('completes the enrollment, and announces it once, however often it comes: the first counts', async () => {
    const [learner, neighbour] = [await enrolled(), await enrolled()]
    await completed(learner.completion(9), learner.completion(9), neighbour.completion(8), learner.completion(7))
    await Promise.all([completed(learner.completion(9)), other.take(CourseCompletedV1, learner.completion(9))])
    expect(await row(learner)).toEqual({
      status: 'completed',
      status_reason: null,
      completed_at: new Date(at(9)),
      revoked_completion_id: null,
    })
    expect(await row(neighbour)).toMatchObject({ status: 'completed', completed_at: new Date(at(8)) })
    const changes = await announced(database.dataSource, learner)
    expect(changes.map(({ data }) => [data['status'], data['completed_at']])).toEqual([
      ['active', undefined],
      ['completed', at(9)],
    ])
    expect(changes[1]!.data['revision']).toBeGreaterThan(changes[0]!.data['revision'] as number)
  })

  it('is announced once when it arrives at once on two connections, in every round', async () => {
    for (let round = 0; round < 20; round++) {
      const learner = await enrolled()
      await Promise.all([completed(learner.completion()), other.take(CourseCompletedV1, learner.completion(), learner.completion())])
      expect(await statuses(learner)).toEqual(['active', 'completed'])
    }
  })

  it('completes an enrollment that was cancelled meanwhile, and is not undone by a later cancellation', async () => {
    const learner = await enrolled()
    await requested(learner.request('cancel', 5))
    await completed(learner.completion(4))
    expect(await requested(learner.request('cancel', 6))).toMatchObject([{ kind: 'reject' }])
    expect(await statuses(learner)).toEqual(['active', 'cancelled_by_user', 'completed'])
  })

  it('leaves an enrollment revoked that an administrator revoked, and completes it when it is reactivated', async () => {
    const learner = await enrolled()
    await requested(learner.request('revoke', 5))
    await completed(learner.completion(4))
    expect(await row(learner)).toMatchObject({ status: 'revoked_by_admin', completed_at: new Date(at(4)) })
    await requested(learner.request('reactivate', 7))
    expect(await row(learner)).toMatchObject({ status: 'completed', completed_at: new Date(at(4)) })
  })

  it('of a cycle that the enrollment does not have is rejected, by its field', async () => {
    const learner = await enrolled()
    const dispositions = [...(await completed(learner.completion(9, 2))), ...(await revoked(learner.revocation(9, 2)))]
    const rejection = ['reject', "cycle must be at most 1, the enrollment's own (got 2)"]
    expect(dispositions.map((d) => [d.kind, d.reason])).toEqual([rejection, rejection])
    expect(await statuses(learner)).toEqual(['active'])
  })
})

describe('course.completion-revoked', () => {
  it('takes the completion back, in either order and again and again', async () => {
    const [after, before] = [await enrolled(), await enrolled()]
    await completed(after.completion())
    await revoked(after.revocation(), before.revocation(), after.revocation())
    await completed(before.completion(), after.completion())
    await revoked(before.revocation(), after.revocation())
    for (const learner of [after, before]) {
      expect(await row(learner)).toEqual({
        status: 'revoked_by_admin',
        status_reason: learner.revocation().reason,
        completed_at: null,
        revoked_completion_id: learner.revocation().completion_id,
      })
    }
    expect(await statuses(after)).toEqual(['active', 'completed', 'revoked_by_admin'])
    expect(await statuses(before)).toEqual(['active', 'revoked_by_admin'])
  })

  it('is final for its cycle: a reactivation does not bring the completion back', async () => {
    const learner = await enrolled()
    await completed(learner.completion())
    await revoked(learner.revocation())
    await requested(learner.request('reactivate', 30))
    await completed(learner.completion())
    expect(await row(learner)).toMatchObject({ status: 'active', completed_at: null })
  })
})

describe('of a closed cycle', () => {
  const FIELDS = 'cycle, status, status_reason, completed_at, revoked_completion_id'
  const cycle = async (learner: Learner, n: number) =>
    (await database.dataSource.query(`select ${FIELDS} from enrollments_archive where user_id = $1 and cycle = $2`, [learner.userId, n]))[0]
  /** In the third cycle, after two that an administrator revoked before they were complete. */
  async function inThirdCycle() {
    const learner = await enrolled()
    const revoke = (n: number) => learner.request('revoke', n, { reason: 'no fee' })
    await requested(revoke(1), learner.request('open_cycle', 2), revoke(3), learner.request('open_cycle', 4))
    return learner
  }
  const enrollmentOf = (learner: Learner) => database.dataSource.query('select * from enrollments where user_id = $1', [learner.userId])

  it('enters the completion there alone, and announces nothing', async () => {
    const learner = await inThirdCycle()
    const [open, first, announcements] = [await enrollmentOf(learner), await cycle(learner, 1), await statuses(learner)]
    expect(await completed(learner.completion(9, 2), learner.completion(8, 2))).toEqual([])
    expect(await cycle(learner, 2)).toEqual({
      cycle: 2,
      status: 'revoked_by_admin',
      status_reason: 'no fee',
      completed_at: new Date(at(9)),
      revoked_completion_id: null,
    })
    expect(await cycle(learner, 1)).toEqual(first)
    expect(await enrollmentOf(learner)).toEqual(open)
    expect(await statuses(learner)).toEqual(announcements)
  })

  it('lets the revocation win in either order', async () => {
    const [after, before] = [await inThirdCycle(), await inThirdCycle()]
    await completed(after.completion(9, 1))
    await revoked(after.revocation(9, 1), before.revocation(9, 1))
    await completed(before.completion(9, 1), after.completion(9, 1))
    for (const learner of [after, before]) {
      expect(await cycle(learner, 1)).toEqual({
        cycle: 1,
        status: 'revoked_by_admin',
        status_reason: learner.revocation().reason,
        completed_at: null,
        revoked_completion_id: learner.revocation(9, 1).completion_id,
      })
    }
  })

  it('takes completions of several cycles in one batch, each for its own; that of a cycle to come is rejected', async () => {
    const learner = await inThirdCycle()
    const batch = [learner.completion(7, 1), learner.completion(8, 2), learner.completion(9, 3), learner.completion(10, 4)]
    expect(await completed(...batch)).toMatchObject([{ kind: 'reject', reason: expect.stringContaining('at most 3') }])
    expect([await cycle(learner, 1), await cycle(learner, 2), await row(learner)]).toMatchObject(
      [7, 8, 9].map((n) => ({ completed_at: new Date(at(n)) })),
    )
  })
})

it('parks what concerns an unknown enrollment, alone of its batch, and takes it when it is there', async () => {
  const [learner, late] = [await enrolled(), new Learner(course({ required: 1 }))]
  const waitsFor = awaitedEnrollment({ courseVersionId: late.key.course_version_id, userId: late.userId })
  const completions = await completed(late.completion(), learner.completion(), late.completion())
  const revocations = await revoked(late.revocation())
  expect([...completions, ...revocations]).toMatchObject([
    { kind: 'park', waitsFor },
    { kind: 'park', waitsFor },
    { kind: 'park', waitsFor },
  ])
  expect(await statuses(learner)).toEqual(['active', 'completed'])
  await requested(late.request('enroll'))
  expect(await one.takeReceived(revocations.map(({ message }) => message))).toEqual([])
  expect(await one.takeReceived(completions.map(({ message }) => message))).toEqual([])
  expect(await statuses(late)).toEqual(['active', 'revoked_by_admin'])
})
