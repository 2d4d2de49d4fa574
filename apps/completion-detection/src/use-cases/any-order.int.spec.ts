import fc from 'fast-check'
import { completionId } from '@laurel/contracts'
import type { Received } from '@laurel/messaging'
import { createTestDatabase, propertyCases, received, type TestDatabase } from '@laurel/testing'
import { completionDatabase } from '../completion-detection.module'
import { completionsOf, Member } from '../consumers/member.fixture'
import { decodeLog } from '../domain/evidence-log'
import { batches, cases, CYCLES, model, modelEvidence, tell, type Fact, type Story } from './any-order.fixture'

/** LAUREL_CASES=10000 tries that many; LAUREL_SEED the cases of a run that failed. */
const CASES = propertyCases({ seed: 20_260_105, numRuns: 100 })
const TIMEOUT = Math.max(60_000, CASES.numRuns * 500)

/** Real: Postgres. Two members take turns, so that nothing rests on what one process remembers. */
let database: TestDatabase
let members: Member[]

beforeAll(async () => {
  database = await createTestDatabase(completionDatabase)
  members = [new Member(database.dataSource), new Member(await database.replica())]
})
afterAll(() => database.drop())

/** Hands batches over, and at the end what was parked, as the sweep does when its course version is there. */
async function deliver(delivery: readonly (readonly Fact[])[]): Promise<void> {
  const parked: Received[] = []
  for (const [n, batch] of delivery.entries()) {
    const messages = batch.map(({ definition, data }) => received(definition, data))
    const dispositions = await members[n % 2]!.takeReceived(messages)
    expect(dispositions.filter(({ kind }) => kind === 'reject')).toEqual([])
    parked.push(...dispositions.map(({ message }) => message))
  }
  for (const [n, ofTopic] of [...Map.groupBy(parked, ({ topic }) => topic).values()].entries()) {
    expect(await members[n % 2]!.takeReceived(ofTopic)).toEqual([])
  }
}

/** Each cycle of each learner, and what the model says of it. */
function cyclesOf(story: Story) {
  return story.learners.flatMap(({ learner, deeds }) =>
    CYCLES[deeds.history].map((cycle) => ({ key: `${learner.userId} ${cycle.cycle}`, cycle, outcome: model(story, deeds, cycle) })),
  )
}

/** Checks the completed cycles and the evidence against the model, and returns the completions by learner and cycle. */
async function check(story: Story) {
  const { course_version_id } = story.course.version
  const found = await completionsOf(database.dataSource, course_version_id)
  const byCycle = new Map(found.map((completion) => [`${completion.user_id} ${completion.cycle}`, completion]))
  expect(byCycle.size).toBe(found.length)
  const satisfied = cyclesOf(story).filter(({ outcome }) => outcome.satisfied)
  const must = satisfied.filter(({ cycle }) => cycle.completes === 'always').map(({ key }) => key)
  const may = satisfied.filter(({ cycle }) => cycle.completes !== 'never').map(({ key }) => key)
  expect([...byCycle.keys()]).toEqual(expect.arrayContaining(must))
  expect(may).toEqual(expect.arrayContaining([...byCycle.keys()]))
  for (const { ce_id, completion_id, ...completion } of found) {
    expect(completion_id).toBe(completionId(completion))
    expect(ce_id).toBe(completion_id)
  }
  for (const { learner, deeds } of story.learners)
    expect(await storedEvidence(course_version_id, learner.userId)).toEqual(modelEvidence(story, deeds))
  return byCycle
}

/** All that is kept of what a learner did, of the open cycle and of closed ones, each piece of a log by its own cycle's bounds. */
async function storedEvidence(courseVersionId: string, userId: string): Promise<string[]> {
  const logs = await database.dataSource.query<{ log: Buffer; started_at: Date; ended_at: Date | null }[]>(
    `select l.evidence as log, l.cycle_started_at as started_at, null as ended_at
       from completion_ledger l where l.course_version_id = $1 and l.user_id = $2
      union all
     select p.entries, coalesce(c.started_at, l.cycle_started_at), c.ended_at
       from evidence_page p join completion_ledger l using (course_version_id, user_id)
       left join closed_cycle c on (c.course_version_id, c.user_id, c.cycle) = (p.course_version_id, p.user_id, p.cycle)
      where p.course_version_id = $1 and p.user_id = $2`,
    [courseVersionId, userId],
  )
  return logs
    .flatMap(({ log, started_at, ended_at }) =>
      decodeLog(log).filter((one) => one.at >= started_at.getTime() && (ended_at === null || one.at < ended_at.getTime())),
    )
    .map((one) => `${one.ordinal} ${new Date(one.at).toISOString()} ${one.score ?? '-'}`)
    .toSorted()
}

it(
  'completes the same enrollments in any order, repetition and batching',
  async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (shape) => {
        const story = tell(shape)
        await deliver(batches([...story.evidence, ...story.enrollments], shape.seed))
        const completed = await check(story)
        for (const { key, outcome } of cyclesOf(story)) {
          const completion = completed.get(key)
          // What was known at the decision may have been less than all, so later; never earlier.
          if (completion) expect(completion.completed_at >= outcome.completedAt!).toBe(true)
        }
      }),
      CASES,
    )
  },
  TIMEOUT,
)

it(
  'dates and scores them as the model does when the enrollment finds all evidence there',
  async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (shape) => {
        const story = tell(shape)
        await deliver(batches(story.evidence, shape.seed))
        await deliver(batches(story.enrollments, shape.seed + 1))
        const completed = await check(story)
        for (const { key, outcome } of cyclesOf(story)) {
          const completion = completed.get(key)
          if (completion) expect([completion.completed_at, completion.score]).toEqual([outcome.completedAt, outcome.score])
        }
      }),
      CASES,
    )
  },
  TIMEOUT,
)

it('tries stories of which enough complete and enough do not', () => {
  const stories = fc.sample(cases, { seed: 20_260_105, numRuns: 60 }).map(tell)
  const outcomes = stories.flatMap((story) =>
    cyclesOf(story).map(({ cycle, outcome }) => outcome.satisfied && cycle.completes === 'always'),
  )
  const share = outcomes.filter(Boolean).length / outcomes.length
  expect(share).toBeGreaterThan(0.15)
  expect(share).toBeLessThan(0.85)
})
