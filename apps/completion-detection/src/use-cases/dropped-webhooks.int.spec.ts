import { randomUUID } from 'node:crypto'
import { transaction } from '@laurel/postgres'
import { createTestDatabase, RecordingLogger, type TestDatabase } from '@laurel/testing'
import { completionsOf } from '../consumers/member.fixture'
import type { Learner } from '../events.fixture'
import { emailOf, externalCourse, Followers, learnersDatabase, PLATFORM, PlatformFixture } from '../learners.fixture'
import { webhooksMigration } from '../persistence/migrations/002-webhooks'
import { addDelivery } from '../persistence/webhook-delivery-store'
import { BODIES, bytes } from '../webhooks/webhooks.fixture'
import { processDeliveries } from './process-deliveries'
import { Runner } from './run-checker.fixture'

const LEARNERS = 60

/** Real: Postgres. What the platform sends either arrives or is lost; asked, it tells the truth. */
let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase({ ...learnersDatabase, migrations: [...learnersDatabase.migrations, webhooksMigration] })
})
afterEach(() => database.drop())

it('one cycle of the checker catches every completion whose webhook was dropped, and a webhook that comes late adds none', async () => {
  const followers = new Followers(database.dataSource)
  const platform = new PlatformFixture()
  const food = externalCourse()
  await followers.publish(food)
  const learners = await followers.enrolled(food, LEARNERS)
  for (const learner of learners) platform.knows(learner, { isComplete: true })
  const isDropped = (_: Learner, n: number) => n % 3 !== 0
  const found = () => completionsOf(database.dataSource, food.version.course_version_id)
  const bySource = () => database.dataSource.query('select detected_by, count(*)::int as completions from completion group by 1 order by 1')
  const webhooks = async (of: readonly Learner[]) => {
    for (const learner of of) {
      const said = { courseId: food.version.course_id, email: emailOf(learner), learnerId: `g-${learner.userId}` }
      const body = bytes(BODIES[PLATFORM](said))
      const delivery = { platform: PLATFORM, deliveryKey: randomUUID(), headers: {}, body, receivedAt: new Date() } as const
      await transaction(database.dataSource, (tx) => addDelivery(tx, delivery))
    }
    const { dataSource } = database
    const { versions } = followers
    const metrics = { countProcessed: () => undefined }
    return processDeliveries({ dataSource, versions, logger: new RecordingLogger(), metrics }, new Date())
  }

  await webhooks(learners.filter((learner, n) => !isDropped(learner, n)))
  expect(await bySource()).toEqual([{ detected_by: 'webhook', completions: LEARNERS / 3 }])

  const run = await new Runner(database.dataSource, followers, platform).run()
  expect(run).toMatchObject({ ended: 'nobody-due', processed: LEARNERS, errors: 0 })
  expect((await found()).map(({ user_id }) => user_id).toSorted()).toEqual(learners.map(({ userId }) => userId).toSorted())

  expect(await webhooks(learners.filter(isDropped))).toBe((LEARNERS * 2) / 3)
  expect(await found()).toHaveLength(LEARNERS)
  expect(await bySource()).toEqual([
    { detected_by: 'checker', completions: (LEARNERS * 2) / 3 },
    { detected_by: 'webhook', completions: LEARNERS / 3 },
  ])
})
