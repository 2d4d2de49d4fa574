import { transaction } from '@laurel/postgres'
import type { DataSource } from 'typeorm'
import { claimDelivery } from '../persistence/webhook-delivery-store'
import { PLATFORMS } from '../webhooks/platform'
import { Deliveries, later, NOW } from './deliveries.fixture'

/** Real: Postgres, the once-only door and the learners. */
const deliveries = new Deliveries()
beforeAll(() => deliveries.start())
beforeEach(() => deliveries.clear())
afterAll(() => deliveries.database.drop())

it.each(PLATFORMS)('completes a course once by what %s delivers, and says by which delivery', async (platform) => {
  const learner = await deliveries.findable(platform)
  const id = await deliveries.deliver(platform, learner.body({ completedAt: '2026-02-01T00:00:00.000Z' }))
  expect(await deliveries.process()).toBe(1)
  expect(await deliveries.find(id)).toMatchObject({ status: 'done', reason: 'completed: 1', attempts: 1, dueAt: null })
  expect(await learner.completions()).toMatchObject([
    { user_id: learner.userId, completed_at: '2026-02-01T00:00:00.000Z', detected_by: 'webhook' },
  ])
  const again = await deliveries.deliver(platform, learner.body({ completedAt: '2026-02-02T00:00:00.000Z' }))
  expect(await deliveries.process()).toBe(1)
  expect(await deliveries.find(again)).toMatchObject({ status: 'done', reason: 'already-complete: 1' })
  expect(await learner.completions()).toHaveLength(1)
  const facts = await deliveries.database.dataSource.query('select detected_from from outside_completion where user_id = $1 order by id', [
    learner.userId,
  ])
  expect(facts).toEqual([{ detected_from: id }, { detected_from: again }])
})

it('is done with what reports no completion', async () => {
  const learner = await deliveries.findable()
  const id = await deliveries.deliver('thinkific', learner.body({ isComplete: false }))
  await deliveries.process()
  expect(await deliveries.find(id)).toMatchObject({ status: 'done', reason: 'reports no completion' })
  expect(await learner.completions()).toEqual([])
})

it('takes a date in the future for that of the arrival, however late it is processed', async () => {
  const learner = await deliveries.findable()
  await deliveries.deliver('thinkific', learner.body({ completedAt: '2036-01-01T00:00:00.000Z' }))
  await deliveries.process(later(7_200))
  expect(await learner.completions()).toMatchObject([{ completed_at: NOW.toISOString() }])
})

describe('two processors at the same moment', () => {
  let replica: DataSource
  beforeAll(async () => {
    replica = await deliveries.database.replica()
  })

  it('process each delivery once', async () => {
    const learners = await Promise.all(Array.from({ length: 6 }, () => deliveries.findable()))
    for (const learner of learners) for (let n = 0; n < 4; n++) await deliveries.deliver('thinkific', learner.body())
    const counts = await Promise.all([deliveries.process(), deliveries.process(NOW, { dataSource: replica }), deliveries.process()])
    expect(counts.reduce((sum, count) => sum + count)).toBe(24)
    expect((await deliveries.all()).map(({ status, attempts }) => [status, attempts])).toEqual(Array(24).fill(['done', 1]))
    for (const learner of learners) expect(await learner.completions()).toHaveLength(1)
  })

  it('leave alone what the other has claimed, and do not wait for it', async () => {
    const learner = await deliveries.findable()
    const [claimed, free] = [
      await deliveries.deliver('thinkific', learner.body()),
      await deliveries.deliver('thinkific', learner.body(), later(1)),
    ]
    await transaction(replica, async (tx) => {
      expect(await claimDelivery(tx, NOW)).toMatchObject({ deliveryId: claimed })
      expect(await deliveries.process(later(2))).toBe(1)
    })
    expect([(await deliveries.find(claimed)).status, (await deliveries.find(free)).status]).toEqual(['received', 'done'])
  })
})

it('ends between two deliveries when it is told to', async () => {
  const learner = await deliveries.findable()
  for (let n = 0; n < 3; n++) await deliveries.deliver('thinkific', learner.body())
  const stopping = new AbortController()
  const metrics = { countProcessed: () => stopping.abort() }
  expect(await deliveries.process(NOW, { metrics }, stopping.signal)).toBe(1)
})
