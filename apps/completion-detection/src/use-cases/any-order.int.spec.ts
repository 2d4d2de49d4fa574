import fc from 'fast-check'
import { completionId } from '@laurel/contracts'
import type { Received } from '@laurel/messaging'
import { createTestDatabase, received, type TestDatabase } from '@laurel/testing'
import { completionDatabase } from '../completion-detection.module'
import { completionsOf, Member } from '../consumers/member.fixture'
import { batches, cases, COMPLETES, model, tell, type Fact, type Story } from './any-order.fixture'

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

/** Checks the completed enrollments against the model, and returns the completions by learner. */
async function check(story: Story) {
  const found = await completionsOf(database.dataSource, story.course.version.course_version_id)
  const byLearner = new Map(found.map((completion) => [completion.user_id, completion]))
  expect(byLearner.size).toBe(found.length)
  const must = story.learners.filter(({ deeds }) => model(story, deeds).satisfied && COMPLETES[deeds.history] === 'always')
  const may = story.learners.filter(({ deeds }) => model(story, deeds).satisfied && COMPLETES[deeds.history] !== 'never')
  expect([...byLearner.keys()]).toEqual(expect.arrayContaining(must.map(({ learner }) => learner.userId)))
  expect(may.map(({ learner }) => learner.userId)).toEqual(expect.arrayContaining([...byLearner.keys()]))
  for (const { ce_id, completion_id, ...completion } of found) {
    expect(completion_id).toBe(completionId(completion))
    expect(ce_id).toBe(completion_id)
  }
  return byLearner
}

it('completes the same enrollments in any order, repetition and batching', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (shape) => {
      const story = tell(shape)
      await deliver(batches([...story.evidence, ...story.enrollments], shape.seed))
      const completed = await check(story)
      for (const { learner, deeds } of story.learners) {
        const completion = completed.get(learner.userId)
        // What was known at the decision may have been less than all, so later; never earlier.
        if (completion) expect(completion.completed_at >= model(story, deeds).completedAt!).toBe(true)
      }
    }),
    { seed: 20_260_105, numRuns: 60 },
  )
})

it('dates and scores them as the model does when the enrollment finds all evidence there', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (shape) => {
      const story = tell(shape)
      await deliver(batches(story.evidence, shape.seed))
      await deliver(batches(story.enrollments, shape.seed + 1))
      const completed = await check(story)
      for (const { learner, deeds } of story.learners) {
        const completion = completed.get(learner.userId)
        const { completedAt, score } = model(story, deeds)
        if (completion) expect([completion.completed_at, completion.score]).toEqual([completedAt, score])
      }
    }),
    { seed: 20_260_106, numRuns: 60 },
  )
})

it('tries stories of which enough complete and enough do not', () => {
  const stories = fc.sample(cases, { seed: 20_260_105, numRuns: 60 }).map(tell)
  const outcomes = stories.flatMap((story) =>
    story.learners.map(({ deeds }) => model(story, deeds).satisfied && COMPLETES[deeds.history] === 'always'),
  )
  const share = outcomes.filter(Boolean).length / outcomes.length
  expect(share).toBeGreaterThan(0.15)
  expect(share).toBeLessThan(0.85)
})
