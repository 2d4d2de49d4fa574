import { randomUUID } from 'node:crypto'
import {
  completionId,
  courseCompletionRevokedId,
  CourseVersionPublishedV1,
  EnrollmentChangedV1,
  LessonCompletedV1,
} from '@laurel/contracts'
import { CourseVersionStore } from '@laurel/course-versions'
import { retryingTransaction } from '@laurel/postgres'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import type { DataSource } from 'typeorm'
import { completionDatabase } from '../completion-detection.module'
import { completionsOf, Member } from '../consumers/member.fixture'
import { at, course, Learner, type Course } from '../events.fixture'
import { completeFromOutside, type OutsideCompletion, type OutsideOutcome } from './complete-from-outside'
import { revokeCompletion } from './revoke-completion'

/** Real: Postgres, and two members' own connections to it. */
let database: TestDatabase
let replica: DataSource
let member: Member
const versions = new CourseVersionStore()

beforeAll(async () => {
  database = await createTestDatabase(completionDatabase)
  replica = await database.replica()
  member = new Member(database.dataSource)
})
afterAll(() => database.drop())

const NOW = new Date(at(1_000))
const say = (...said: OutsideCompletion[]): Promise<OutsideOutcome[]> =>
  retryingTransaction(replica, (tx) => completeFromOutside(tx, versions, said, NOW))
const completions = ({ version }: Course) => completionsOf(database.dataSource, version.course_version_id)

async function published(shape: Parameters<typeof course>[0] = { required: 1 }) {
  const it = course(shape)
  const learner = new Learner(it)
  await member.take(CourseVersionPublishedV1, it.version)
  const said = (over: Partial<OutsideCompletion> = {}): OutsideCompletion => ({
    courseVersionId: it.version.course_version_id,
    userId: learner.userId,
    detectedBy: 'webhook',
    completedAt: new Date(at(30)),
    detectedFrom: randomUUID(),
    ...over,
  })
  return { ...it, learner, said }
}

async function active(shape?: Parameters<typeof course>[0]) {
  const it = await published(shape)
  await member.take(EnrollmentChangedV1, it.learner.enrollment())
  return it
}

it('completes an active enrollment at the platform’s date, whatever the evidence', async () => {
  const it = await active({ required: 3 })
  expect(await say(it.said())).toEqual(['completed'])
  expect(await completions(it)).toMatchObject([{ ...it.learner.key, completed_at: at(30), detected_by: 'webhook', detected_at: at(1_000) }])
  expect(await say(it.said(), it.said({ detectedBy: 'checker' }))).toEqual(['already-complete', 'already-complete'])
  await member.take(LessonCompletedV1, ...it.required.map((id) => it.learner.lesson(id)))
  expect(await completions(it)).toHaveLength(1)
})

it('dates what has no date, and what comes from the future, by when it was heard', async () => {
  const [undated, future] = [await active(), await active()]
  expect(await say(undated.said({ completedAt: null }), future.said({ completedAt: new Date(at(2_000)) }))).toEqual([
    'completed',
    'completed',
  ])
  expect(await completions(undated)).toMatchObject([{ completed_at: at(1_000) }])
  expect(await completions(future)).toMatchObject([{ completed_at: at(1_000) }])
})

it('completes a course whose content is all at the platform', async () => {
  const it = await active({})
  expect(await say(it.said())).toEqual(['completed'])
})

it('keeps what it hears before the enrollment is active, which then completes', async () => {
  const it = await published()
  expect(await say(it.said())).toEqual(['not-active'])
  await member.take(EnrollmentChangedV1, it.learner.enrollment({ status: 'cancelled_by_user' }))
  expect(await say(it.said())).toEqual(['not-active'])
  expect(await completions(it)).toEqual([])
  await member.take(EnrollmentChangedV1, it.learner.enrollment({ revision: 2 }))
  expect(await completions(it)).toMatchObject([{ completed_at: at(30), detected_by: 'webhook' }])
})

it('loses nothing when the enrollment becomes active at the same moment, in every round', async () => {
  const it = await published()
  for (let round = 0; round < 25; round++) {
    const learner = new Learner(it)
    await Promise.all([say(it.said({ userId: learner.userId })), member.take(EnrollmentChangedV1, learner.enrollment())])
    expect((await completions(it)).map(({ user_id }) => user_id)).toContain(learner.userId)
  }
})

it('is one completion when events, a webhook, the checker and a person find it at the same moment', async () => {
  for (let round = 0; round < 25; round++) {
    const it = await active()
    const outcomes = await Promise.all([
      member.take(LessonCompletedV1, it.learner.lesson(it.required[0]!)),
      ...(['webhook', 'checker', 'manual'] as const).map((detectedBy) => say(it.said({ detectedBy }))),
    ])
    expect(outcomes.flat().filter((outcome) => outcome === 'completed').length).toBeLessThanOrEqual(1)
    expect(await completions(it)).toMatchObject([{ completion_id: completionId({ ...it.learner.key, cycle: 1 }) }])
  }
})

describe('in a later cycle', () => {
  async function inSecondCycle() {
    const it = await active()
    expect(await say(it.said())).toEqual(['completed'])
    await member.take(EnrollmentChangedV1, it.learner.enrollment({ revision: 2, cycle: 2, cycle_started_at: at(100) }))
    return it
  }

  it('counts by its date alone', async () => {
    const it = await inSecondCycle()
    expect(await say(it.said({ completedAt: null }), it.said({ completedAt: new Date(at(99)) }))).toEqual(['other-cycle', 'other-cycle'])
    expect(await say(it.said({ completedAt: new Date(at(100)) }))).toEqual(['completed'])
    expect((await completions(it)).map(({ cycle }) => cycle)).toEqual([1, 2])
  })

  it('counts when it was heard while the first cycle was open still', async () => {
    const it = await active()
    expect(await say(it.said())).toEqual(['completed'])
    expect(await say(it.said({ completedAt: new Date(at(150)) }))).toEqual(['already-complete'])
    await member.take(EnrollmentChangedV1, it.learner.enrollment({ revision: 2, cycle: 2, cycle_started_at: at(100) }))
    expect((await completions(it)).map(({ cycle, completed_at }) => [cycle, completed_at])).toEqual([
      [1, at(30)],
      [2, at(150)],
    ])
  })
})

it('keeps nothing of a course version that is unknown', async () => {
  const it = await active()
  expect(await say(it.said({ courseVersionId: randomUUID() }), it.said())).toEqual(['unknown-course-version', 'completed'])
})

describe('revoking', () => {
  const outbox = (userId: string) =>
    database.dataSource.query<{ topic: string; ce_id: string }[]>(
      `select topic, headers->>'ce_id' as ce_id from outbox where key = any($1) order by id`,
      [[Buffer.from(userId)]],
    )
  const revoke = (it: Awaited<ReturnType<typeof active>>, reason: string, cycle?: number) =>
    retryingTransaction(replica, (tx) =>
      revokeCompletion(
        tx,
        { courseVersionId: it.version.course_version_id, userId: it.learner.userId, reason, actor: 'admin-1', cycle },
        NOW,
      ),
    )

  it('withdraws a completion once, with its reason and who it was, and finally for its cycle', async () => {
    const it = await active()
    await say(it.said())
    const first = await revoke(it, 'The quiz was taken by somebody else.')
    expect(first).toMatchObject({ cycle: 1, revoked: { at: NOW, by: 'admin-1', reason: 'The quiz was taken by somebody else.' } })
    expect(await revoke(it, 'Another reason.')).toEqual(first)
    const id = completionId({ ...it.learner.key, cycle: 1 })
    expect(await outbox(`${it.version.course_version_id}:${it.learner.userId}`)).toEqual([
      { topic: 'course.completed', ce_id: id },
      { topic: 'course.completion-revoked', ce_id: courseCompletionRevokedId(id) },
    ])
    await member.take(LessonCompletedV1, it.learner.lesson(it.required[0]!))
    expect(await say(it.said())).toEqual(['already-complete'])
  })

  it('names the cycle, else it is the latest', async () => {
    const it = await active()
    await say(it.said())
    await member.take(EnrollmentChangedV1, it.learner.enrollment({ revision: 2, cycle: 2, cycle_started_at: at(100) }))
    expect(await revoke(it, 'Too late.', 2)).toBeNull()
    await say(it.said({ completedAt: new Date(at(100)) }))
    expect(await revoke(it, 'Wrong person.')).toMatchObject({ cycle: 2 })
    expect(await revoke(it, 'Wrong person.', 1)).toMatchObject({ cycle: 1 })
  })

  it('is nothing where there is no completion', async () => {
    expect(await revoke(await active(), 'No.')).toBeNull()
  })
})
