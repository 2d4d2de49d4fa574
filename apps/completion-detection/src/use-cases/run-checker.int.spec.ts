import { createHash } from 'node:crypto'
import { OutsideCallError, PostponeJobError } from '@laurel/jobs'
import { transaction } from '@laurel/postgres'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { completionsOf } from '../consumers/member.fixture'
import { at, Learner, type Course } from '../events.fixture'
import { emailOf, externalCourse, Followers, learnersDatabase, PlatformFixture } from '../learners.fixture'
import { listRuns } from '../persistence/checker-run-store'
import { RECHECK_MS, Runner } from './run-checker.fixture'

/** Real: Postgres, with a database of its own for each test. The platform answers from memory. */
let database: TestDatabase
let followers: Followers
let platform: PlatformFixture
let runner: Runner
let food: Course

beforeEach(async () => {
  database = await createTestDatabase(learnersDatabase)
  followers = new Followers(database.dataSource)
  platform = new PlatformFixture()
  runner = new Runner(database.dataSource, followers, platform)
  food = externalCourse()
  await followers.publish(food)
})
afterEach(() => database.drop())

const completions = () => completionsOf(database.dataSource, food.version.course_version_id)
const emails = (learners: readonly Learner[]) => learners.map(emailOf).toSorted()
const runs = () => transaction(database.dataSource, (tx) => listRuns(tx, null, 100))

/** The platform knows all of them; those of `complete` are complete. */
async function enrolled(count: number, complete: (n: number) => boolean = () => false): Promise<Learner[]> {
  const learners = await followers.enrolled(food, count)
  for (const [n, learner] of learners.entries()) platform.knows(learner, { isComplete: complete(n) })
  return learners
}

describe('a run', () => {
  it('checks all who are due, batch after batch, and completes those whom the platform says to be complete', async () => {
    const learners = await enrolled(120, (n) => n % 3 === 0)
    const run = await runner.run()
    expect(run).toMatchObject({ trigger: 'schedule', ended: 'nobody-due', processed: 120, completed: 40, errors: 0, undecided: 0 })
    expect(platform.asked.toSorted()).toEqual(emails(learners))
    expect((await completions()).map(({ user_id }) => user_id).toSorted()).toEqual(
      learners.flatMap(({ userId }, n) => (n % 3 === 0 ? [userId] : [])).toSorted(),
    )
    expect((await completions())[0]).toMatchObject({ detected_by: 'checker', cycle: 1 })
    const [stored] = await database.dataSource.query('select distinct detected_by, detected_from from completion')
    expect(stored).toEqual({ detected_by: 'checker', detected_from: run!.id })
  })

  it('asks about nobody who is complete, inactive, unresolved, or was checked lately', async () => {
    const [complete, cancelled, waiting] = await enrolled(3, (n) => n === 0)
    const pending = new Learner(food)
    await followers.follow(cancelled!.enrollment({ revision: 2, status: 'cancelled_by_user' }), pending.enrollment())
    await runner.run()
    expect(platform.asked.toSorted()).toEqual(emails([complete!, waiting!]))
    platform.asked.length = 0
    await runner.run()
    expect(platform.asked).toEqual([])
    runner.nextCycle()
    await runner.run()
    expect(platform.asked).toEqual(emails([waiting!]))
  })

  it('takes the longest unchecked first, those never checked before all', async () => {
    const learners = await enrolled(4)
    const ago = async (learner: Learner, ms: number) =>
      database.dataSource.query('update learners set last_completion_check = $2 where user_id = $1', [
        learner.userId,
        new Date(runner.time - RECHECK_MS - ms),
      ])
    await ago(learners[0]!, 1_000)
    await ago(learners[2]!, 9_000)
    await ago(learners[3]!, 5_000)
    await runner.run()
    expect(platform.asked).toEqual([1, 2, 3, 0].map((n) => emailOf(learners[n]!)))
  })

  it('ends with its budget, and the next goes on with those who were left', async () => {
    const learners = await enrolled(10)
    platform.onAsk = async () => void (runner.time += 100)
    expect(await runner.run({ budgetMs: 400 })).toMatchObject({ ended: 'budget', processed: 4 })
    expect(await runner.run({ budgetMs: 10_000 })).toMatchObject({ ended: 'nobody-due', processed: 6 })
    expect(platform.asked.toSorted()).toEqual(emails(learners))
  })

  it('of one batch checks as many as were asked for', async () => {
    await enrolled(30)
    expect(await runner.run({ trigger: 'request', isOneBatch: true, batchSize: 25 })).toMatchObject({
      trigger: 'request',
      ended: 'batch-done',
      processed: 25,
    })
  })

  it('notes of each learner when they were checked, and of a hit the date and the evidence', async () => {
    const [hit, other] = await enrolled(2)
    platform.knows(hit!, { isComplete: true, completedAt: new Date(at(5)), evidence: '{"course":"food"}' })
    await runner.run()
    expect(await followers.row(hit!)).toMatchObject({
      enrollment_status: 'completed',
      completion_date: new Date(at(5)),
      completion_data: '{"course":"food"}',
      last_completion_check: new Date(runner.time),
      external_learner_id: `g-${hit!.userId}`,
    })
    expect(await followers.row(other!)).toMatchObject({
      enrollment_status: 'enrolled',
      completion_date: null,
      completion_data: null,
      last_completion_check: new Date(runner.time),
    })
    expect((await completions())[0]).toMatchObject({ completed_at: at(5) })
  })

  it('keeps 5,000 characters of the evidence at most, with the hash of the whole', async () => {
    const [learner] = await enrolled(1)
    const evidence = JSON.stringify({ course: '😀'.repeat(9_000) })
    platform.knows(learner!, { isComplete: true, evidence })
    await runner.run()
    const { completion_data } = (await followers.row(learner!))!
    expect(completion_data!.length).toBeLessThanOrEqual(5_000)
    expect(completion_data).toContain(createHash('sha256').update(evidence).digest('hex'))
  })

  it('tells webhooks that wait when it has learned the id of the platform, once', async () => {
    await enrolled(1)
    followers.findable.length = 0
    await runner.run()
    runner.nextCycle()
    await runner.run()
    expect(followers.findable).toEqual([['graphy', food.version.course_id]])
  })

  it('completes once what the events have completed too, and says so of the learner', async () => {
    const [learner] = await enrolled(1, () => true)
    await runner.run()
    await database.dataSource.query(`update learners set enrollment_status = 'enrolled', last_completion_check = null`)
    expect(await runner.run()).toMatchObject({ completed: 1 })
    expect(await completions()).toHaveLength(1)
    expect(await followers.row(learner!)).toMatchObject({ enrollment_status: 'completed' })
  })

  it('takes no undated completion for one of the second cycle', async () => {
    const [learner] = await enrolled(1, () => true)
    await runner.run()
    await followers.follow(learner!.enrollment({ revision: 2, cycle: 2, cycle_started_at: at(10) }))
    runner.nextCycle()
    expect(await runner.run()).toMatchObject({ processed: 1, completed: 0 })
    expect(await followers.row(learner!)).toMatchObject({ enrollment_status: 'enrolled', completion_date: null })
    expect(await completions()).toHaveLength(1)
  })

  it('shows no learner to operators, whatever fails', async () => {
    const learners = await enrolled(3, (n) => n === 0)
    platform.onAsk = async (email) => {
      if (email === emailOf(learners[1]!)) throw new OutsideCallError('graphy GET /public/v2/learners answered 500')
    }
    await runner.run()
    const shown = await runner.shown()
    expect(shown).toContain('check failed')
    expect(shown).toContain('checker run ended')
    for (const learner of learners) {
      expect(shown).not.toContain(emailOf(learner))
      expect(shown).not.toContain(learner.userId)
    }
  })
})

describe('a check that fails', () => {
  it('is skipped, holds up nobody, and is repeated in the next cycle', async () => {
    const learners = await enrolled(5, () => true)
    const bad = emailOf(learners[2]!)
    platform.onAsk = async (email) => {
      if (email === bad) throw new OutsideCallError('answered 500')
    }
    expect(await runner.run({ batchSize: 1 })).toMatchObject({ ended: 'nobody-due', processed: 5, completed: 4, errors: 1 })
    expect(await followers.row(learners[2]!)).toMatchObject({
      enrollment_status: 'enrolled',
      last_completion_check: new Date(runner.time),
      last_check_error: 'answered 500',
    })
    platform.onAsk = async () => {}
    runner.nextCycle()
    expect(await runner.run()).toMatchObject({ processed: 1, completed: 1, errors: 0 })
    expect(await followers.row(learners[2]!)).toMatchObject({ enrollment_status: 'completed', last_check_error: null })
  })

  it('by the platform not knowing the learner is no error, and shows', async () => {
    const [learner] = await followers.enrolled(food, 1)
    expect(await runner.run()).toMatchObject({ processed: 1, completed: 0, errors: 0 })
    expect(await followers.row(learner!)).toMatchObject({ last_check_error: 'the platform knows no such learner in this course' })
  })

  it('in the recording of its result is undone, and holds up nobody', async () => {
    const learners = await enrolled(3, () => true)
    await database.dataSource.query(`create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$`)
    await database.dataSource.query(
      `create trigger refuse before update on learners for each row
         when (new.enrollment_status = 'completed' and new.user_id = '${learners[1]!.userId}') execute function refuse()`,
    )
    expect(await runner.run()).toMatchObject({ ended: 'nobody-due', processed: 3, completed: 2, errors: 1 })
    expect(await completions()).toHaveLength(2)
    expect(await followers.row(learners[1]!)).toMatchObject({ enrollment_status: 'enrolled', last_check_error: 'refused' })
  })
})

it('asks a platform that is away no more, and takes those left first next time', async () => {
  const learners = await enrolled(6)
  platform.onAsk = async () => {
    if (platform.asked.length > 2) throw new PostponeJobError('calls are suspended', 5_000)
  }
  expect(await runner.run({ batchSize: 4 })).toMatchObject({ ended: 'platform-away', processed: 2, errors: 0 })
  expect(platform.asked).toHaveLength(3)
  expect(await runner.run({ trigger: 'request', isOneBatch: true })).toMatchObject({ ended: 'platform-away', processed: 0 })
  const checked = platform.asked.slice(0, 2)
  platform.asked.length = 0
  platform.onAsk = async () => {}
  await runner.run()
  expect(platform.asked.toSorted()).toEqual(emails(learners).filter((email) => !checked.includes(email)))
})

describe('runners of one cluster', () => {
  const other = async () => new Runner(await database.replica(), followers, platform)

  it('are at work one at a time', async () => {
    await enrolled(3)
    const second = await other()
    const meanwhile: unknown[] = []
    platform.onAsk = async () => void meanwhile.push(await second.run())
    expect(await runner.run()).toMatchObject({ processed: 3 })
    expect(meanwhile).toEqual([null, null, null])
    expect(await runs()).toHaveLength(1)
  })

  it('take over from one that was killed within a batch, and nothing is done twice', async () => {
    const learners = await enrolled(6, () => true)
    const second = await other()
    let takenOver: unknown
    platform.onAsk = async () => {
      if (platform.asked.length !== 4) return
      // The killed one's connection ends, and with it the lock; its answer under way comes when the other is done.
      await database.dataSource.query(
        `select pg_terminate_backend(pid, 10_000) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
      )
      platform.onAsk = async () => {}
      takenOver = await second.run()
    }
    const killed = await runner.run()

    expect(killed).toMatchObject({ ended: 'interrupted', processed: 3, completed: 3 })
    expect(takenOver).toMatchObject({ ended: 'nobody-due', processed: 3, completed: 3 })
    expect(await completions()).toHaveLength(6)
    const [recorded] = await database.dataSource.query('select count(*)::int as n from outside_completion')
    expect(recorded).toEqual({ n: 6 })
    // Only the one whose answer was lost with the killed runner was asked about again.
    expect(platform.asked).toHaveLength(7)
    expect(new Set(platform.asked)).toEqual(new Set(learners.map(emailOf)))
  })

  it('go on where one was that stopped with its process', async () => {
    const learners = await enrolled(5)
    platform.onAsk = async () => {
      if (platform.asked.length === 3) runner.stopping.abort()
    }
    expect(await runner.run()).toMatchObject({ ended: 'stopped', processed: 3 })
    expect(await (await other()).run()).toMatchObject({ ended: 'nobody-due', processed: 2 })
    expect(platform.asked.toSorted()).toEqual(emails(learners))
  })

  it('ask about some at a time when told, each once', async () => {
    const learners = await enrolled(10, () => true)
    const wide = new Runner(database.dataSource, followers, platform, 4)
    let [asking, most] = [0, 0]
    platform.onAsk = async () => {
      most = Math.max(most, ++asking)
      await new Promise(setImmediate)
      asking--
    }
    expect(await wide.run()).toMatchObject({ processed: 10, completed: 10 })
    expect(most).toBe(4)
    expect(platform.asked.toSorted()).toEqual(emails(learners))
  })
})
