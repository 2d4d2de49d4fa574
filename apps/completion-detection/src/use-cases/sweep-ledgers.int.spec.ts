import { CourseVersionPublishedV1, EnrollmentChangedV1, LessonCompletedV1 } from '@laurel/contracts'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { completionsOf, Member } from '../consumers/member.fixture'
import { course, Learner, type Course } from '../events.fixture'
import { Followers, learnersDatabase, PlatformFixture } from '../learners.fixture'
import { Runner } from './run-checker.fixture'
import { sweepLedgers } from './sweep-ledgers'

/** Real: Postgres, with a database of its own for each test. */
let database: TestDatabase
let member: Member
let runner: Runner

beforeEach(async () => {
  database = await createTestDatabase(learnersDatabase)
  member = new Member(database.dataSource)
  runner = new Runner(database.dataSource, new Followers(database.dataSource), new PlatformFixture())
})
afterEach(() => database.drop())

const completions = async (it: Course) => (await completionsOf(database.dataSource, it.version.course_version_id)).map((one) => one.user_id)

/** Courses with as many satisfied ledgers each that something left undecided, and one that is not satisfied. */
async function undecided(courses: number, ledgers: number): Promise<{ course: Course; learners: Learner[] }[]> {
  const left = []
  for (let i = 0; i < courses; i++) {
    const it = course({ required: 2 })
    const learners = Array.from({ length: ledgers }, () => new Learner(it))
    const unsatisfied = new Learner(it)
    await member.take(CourseVersionPublishedV1, it.version)
    await member.take(LessonCompletedV1, unsatisfied.lesson(it.required[0]!))
    await member.take(LessonCompletedV1, ...learners.flatMap((learner) => it.required.map((id) => learner.lesson(id))))
    left.push({ course: it, learners })
  }
  await database.dataSource.query(`update completion_ledger set status = 'active'`)
  return left
}

const sweep = (after: string | null, isOver = () => false) => sweepLedgers(runner.ports, after, isOver)

it('decides the satisfied ledgers of every course version, once', async () => {
  const left = await undecided(3, 2)
  expect(await sweep(null)).toEqual({ decided: 6, sweptTo: null })
  for (const { course: it, learners } of left) {
    expect((await completions(it)).toSorted()).toEqual(learners.map(({ userId }) => userId).toSorted())
  }
  expect(await sweep(null)).toEqual({ decided: 0, sweptTo: null })
})

it('goes through more ledgers of one version than it takes at once', async () => {
  const { course: it } = (await undecided(1, 1_100))[0]!
  expect(await sweep(null)).toEqual({ decided: 1_100, sweptTo: null })
  expect(new Set(await completions(it)).size).toBe(1_100)
})

it('breaks off when its time is over, and goes on from there', async () => {
  await undecided(3, 1)
  const decided = []
  let after: string | null = null
  do {
    const result = await sweep(after, () => true)
    decided.push(result.decided)
    after = result.sweptTo
  } while (after !== null)
  expect(decided).toEqual([1, 1, 1, 0])
})

describe('in a run of the checker', () => {
  it('counts what it finds, which operators are told of', async () => {
    await undecided(2, 1)
    expect(await runner.run()).toMatchObject({ ended: 'nobody-due', undecided: 2 })
    expect(await runner.shown()).toContain('satisfied ledgers had been left undecided')
    expect(await runner.metrics.registry.getSingleMetricAsString('laurel_undecided_ledgers_total')).toMatch(/\{.*\} 2$/m)
    expect(await runner.run()).toMatchObject({ undecided: 0 })
  })

  it('takes a fifth of its budget at most, and the next sweep goes on', async () => {
    await undecided(2, 1)
    runner.tickMs = 2_000
    expect(await runner.run({ budgetMs: 10_000 })).toMatchObject({ undecided: 1 })
    await runner.run({ trigger: 'request', isOneBatch: true })
    expect(await runner.run({ budgetMs: 10_000 })).toMatchObject({ undecided: 1 })
  })

  it('that fails keeps no learner from being checked', async () => {
    await undecided(1, 1)
    await database.dataSource.query('alter table completion rename to gone')
    expect(await runner.run()).toMatchObject({ ended: 'nobody-due', undecided: 0 })
    expect(await runner.shown()).toContain('sweep failed')
  })

  it('is not part of one batch', async () => {
    await undecided(1, 1)
    expect(await runner.run({ trigger: 'request', isOneBatch: true })).toMatchObject({ undecided: 0 })
  })
})

it('leaves an enrollment of a known state to its events', async () => {
  const it = course({ required: 1 })
  const learner = new Learner(it)
  await member.take(CourseVersionPublishedV1, it.version)
  await member.take(LessonCompletedV1, learner.lesson(it.required[0]!))
  await member.take(EnrollmentChangedV1, learner.enrollment({ status: 'cancelled_by_user' }))
  expect(await sweep(null)).toEqual({ decided: 0, sweptTo: null })
})
