import {
  completionId,
  CourseCompletedV1,
  CourseVersionPublishedV1,
  EnrollmentChangedV1,
  LessonCompletedV1,
  QuizAttemptedV1,
} from '@laurel/contracts'
import { transaction, WriteConflictError, type Tx } from '@laurel/postgres'
import { asAdmin, createTestDatabase, eventually, received, type TestDatabase } from '@laurel/testing'
import { completionDatabase } from '../completion-detection.module'
import { completionsOf, Member } from '../consumers/member.fixture'
import { at, course, Learner, type Course } from '../events.fixture'
import { restoreCompletions } from './restore-completions'

/** Real: Postgres, and the two members' own connections to it. */
let database: TestDatabase
let one: Member
let other: Member

beforeAll(async () => {
  database = await createTestDatabase(completionDatabase)
  one = new Member(database.dataSource)
  other = new Member(await database.replica())
})
afterAll(() => database.drop())

const completions = ({ version }: Course) => completionsOf(database.dataSource, version.course_version_id)
const waitingForLocks = () =>
  asAdmin(database.adminUrl, async (client) => {
    const { rows } = await client.query("select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
    return rows.length
  })

/** A published course, and a learner who is active in it. */
async function enrolled(shape: Parameters<typeof course>[0]) {
  const it = course(shape)
  const learner = new Learner(it)
  await one.take(CourseVersionPublishedV1, it.version)
  await one.take(EnrollmentChangedV1, learner.enrollment())
  return { ...it, learner }
}

/** Applies a batch in a transaction that stays open until `commit` is called; resolves when it is applied. */
function held(member: Member, batch: Parameters<Member['apply']>[1]) {
  return heldOpen((tx) => member.apply(tx, batch))
}

async function heldOpen(work: (tx: Tx) => Promise<unknown>) {
  const [applied, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const committed = transaction(database.dataSource, async (tx) => {
    await work(tx)
    applied.resolve()
    await released.promise
  })
  committed.catch(applied.reject)
  await applied.promise
  return {
    commit: () => {
      released.resolve()
      return committed
    },
  }
}

it('writes one course.completed when the last lesson is delivered 50 times to two members', async () => {
  const { learner, required, ...it } = await enrolled({ required: 2 })
  await one.take(LessonCompletedV1, learner.lesson(required[0]!, 1))
  const last = learner.lesson(required[1]!, 2)
  for (let round = 0; round < 10; round++) {
    await Promise.all([
      one.take(LessonCompletedV1, last, last),
      other.take(LessonCompletedV1, last),
      one.take(LessonCompletedV1, last),
      other.take(LessonCompletedV1, last),
    ])
  }
  const id = completionId({ ...learner.key, cycle: 1 })
  expect(await completions({ required, ...it })).toEqual([
    {
      ce_id: id,
      completion_id: id,
      ...learner.key,
      course_id: it.version.course_id,
      cycle: 1,
      completed_at: at(2),
      detected_at: expect.any(String),
      detected_by: 'events',
    },
  ])
})

it('writes one course.completed when the first and last lesson of a learner without a row is delivered to two members', async () => {
  for (let round = 0; round < 20; round++) {
    const it = await enrolled({ required: 1 })
    await database.dataSource.query('delete from completion_ledger where user_id = $1', [it.learner.userId])
    const lesson = it.learner.lesson(it.required[0]!)
    const enrollment = it.learner.enrollment()
    await Promise.all([
      one.take(LessonCompletedV1, lesson),
      other.take(EnrollmentChangedV1, enrollment),
      other.take(LessonCompletedV1, lesson),
    ])
    expect(await completions(it)).toHaveLength(1)
  }
})

it('completes when the last two items arrive at once on two connections, in every round', async () => {
  const it = course({ required: 1, quizzes: [70] })
  await one.take(CourseVersionPublishedV1, it.version)
  const learners = Array.from({ length: 60 }, () => new Learner(it))
  for (const [round, learner] of learners.entries()) {
    // With and without a row before: rivals that update, and rivals that insert.
    if (round % 2 === 0) await one.take(EnrollmentChangedV1, learner.enrollment())
    await Promise.all([
      one.take(LessonCompletedV1, learner.lesson(it.required[0]!, 1)),
      other.take(QuizAttemptedV1, learner.attempt(it.quizzes[0]!, 90, 2)),
    ])
    if (round % 2 === 1) await one.take(EnrollmentChangedV1, learner.enrollment())
  }
  const completed = await completions(it)
  expect(completed.map((completion) => completion.user_id)).toEqual(learners.map((learner) => learner.userId))
  expect(new Set(completed.map((completion) => completion.completed_at))).toEqual(new Set([at(2)]))
})

it.each(['insert', 'update'] as const)('sees what the transaction it waited for has folded (%s)', async (kind) => {
  const it = course({ required: 1, quizzes: [70] })
  const learner = new Learner(it)
  await one.take(CourseVersionPublishedV1, it.version)
  if (kind === 'update') await one.take(EnrollmentChangedV1, learner.enrollment())
  const first = await held(one, [received(LessonCompletedV1, learner.lesson(it.required[0]!))])
  const second = other.take(QuizAttemptedV1, learner.attempt(it.quizzes[0]!, 90))
  await eventually(async () => expect(await waitingForLocks()).toBe(1))
  await first.commit()
  await second
  if (kind === 'insert') await one.take(EnrollmentChangedV1, learner.enrollment())
  expect(await completions(it)).toHaveLength(1)
})

it('says that another transaction inserted the row in between, so that the runner repeats it', async () => {
  const it = course({ required: 1, quizzes: [70] })
  const learner = new Learner(it)
  await one.take(CourseVersionPublishedV1, it.version)
  const first = await held(one, [received(LessonCompletedV1, learner.lesson(it.required[0]!))])
  const batch = [received(QuizAttemptedV1, learner.attempt(it.quizzes[0]!, 90))]
  const second = transaction(other.dataSource, (tx) => other.apply(tx, batch)).catch((error: unknown) => error)
  await eventually(async () => expect(await waitingForLocks()).toBe(1))
  await first.commit()
  expect(await second).toBeInstanceOf(WriteConflictError)
})

it('announces nothing that is read back from Kafka at the same moment, and takes over its date', async () => {
  const it = course({ required: 1 })
  const learner = new Learner(it)
  await one.take(CourseVersionPublishedV1, it.version)
  const known = {
    ...learner.key,
    cycle: 1,
    course_id: it.version.course_id,
    completed_at: at(9),
    detected_at: at(9),
    detected_by: 'events',
  } as const
  const completion_id = completionId(known)
  const reading = await heldOpen((tx) => restoreCompletions(tx, [received(CourseCompletedV1, { ...known, completion_id })]))
  await one.take(EnrollmentChangedV1, learner.enrollment())
  const folding = other.take(LessonCompletedV1, learner.lesson(it.required[0]!, 1))
  await eventually(async () => expect(await waitingForLocks()).toBe(1))
  await reading.commit()
  await folding
  expect(await completions(it)).toEqual([])
  const ledgers = await database.dataSource.query('select completed_at from completion_ledger where user_id = $1', [learner.userId])
  expect(ledgers).toEqual([{ completed_at: new Date(at(9)) }])
})

it('writes nothing when the process dies between the fold and the commit', async () => {
  const { learner, required, ...it } = await enrolled({ required: 1 })
  const ledger = () => database.dataSource.query('select * from completion_ledger where user_id = $1', [learner.userId])
  const before = await ledger()
  const batch = [received(LessonCompletedV1, learner.lesson(required[0]!))]
  const dying = transaction(database.dataSource, async (tx) => {
    await one.apply(tx, batch)
    expect(
      await tx.query('select 1 from outbox where key = $1', [Buffer.from(`${it.version.course_version_id}:${learner.userId}`)]),
    ).toHaveLength(1)
    await tx.query('select pg_terminate_backend(pg_backend_pid())').catch(() => undefined)
  })
  await expect(dying).rejects.toThrow()
  expect(await ledger()).toEqual(before)
  expect(await completions({ required, ...it })).toEqual([])

  await other.takeReceived(batch)
  expect(await completions({ required, ...it })).toHaveLength(1)
})

it.each([
  ['lessons', (learners: Learner[]) => [learners.toReversed(), learners]],
  ['attempts', (learners: Learner[]) => [learners, learners.toReversed()]],
] as const)('locks in key order: %s that come against it never deadlock', async (_, given) => {
  const it = course({ required: 1, quizzes: [70] })
  const learners = Array.from({ length: 9 }, () => new Learner(it)).toSorted((a, b) => (a.userId < b.userId ? -1 : 1))
  const [finishing, attempting] = given(learners)
  await one.take(CourseVersionPublishedV1, it.version)
  await one.take(EnrollmentChangedV1, ...learners.map((learner) => learner.enrollment()))
  // Both are stopped at the row in the middle: from opposite ends each would then hold what the other needs.
  const middle = await held(one, [received(EnrollmentChangedV1, learners[4]!.enrollment({ revision: 2 }))])
  const both = Promise.all([
    applyRowByRow(
      one,
      finishing!.map((learner) => received(LessonCompletedV1, learner.lesson(it.required[0]!))),
    ),
    applyRowByRow(
      other,
      attempting!.map((learner) => received(QuizAttemptedV1, learner.attempt(it.quizzes[0]!, 80))),
    ),
  ])
  await eventually(async () => expect(await waitingForLocks()).toBe(2))
  await middle.commit()
  await both
  expect(await completions(it)).toHaveLength(9)
})

/** As on a large table, where rows are found one by one; without the runner's retries, which would hide a deadlock. */
function applyRowByRow(member: Member, batch: Parameters<Member['apply']>[1]) {
  return transaction(member.dataSource, async (tx) => {
    await tx.query(
      'set local plan_cache_mode = force_custom_plan; set local enable_hashjoin = off; set local enable_mergejoin = off; set local enable_seqscan = off',
    )
    await member.apply(tx, batch)
  })
}
