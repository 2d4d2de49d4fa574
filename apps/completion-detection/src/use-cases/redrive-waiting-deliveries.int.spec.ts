import { transaction } from '@laurel/postgres'
import { Deliveries, NOW } from './deliveries.fixture'
import { redriveWaitingDeliveries } from './redrive-waiting-deliveries'

/** Real: Postgres, the once-only door and the learners. */
const deliveries = new Deliveries()
beforeAll(() => deliveries.start())
beforeEach(() => deliveries.clear())
afterAll(() => deliveries.database.drop())

it('a delivery that matches nobody waits, with the reason, and is applied when the learner becomes findable', async () => {
  const learner = await deliveries.enrolled()
  const id = await deliveries.deliver('thinkific', learner.body())
  const tomorrow = Date.now() + 86_400_000
  await deliveries.process(new Date(tomorrow))
  expect(await deliveries.find(id)).toMatchObject({
    status: 'waiting',
    reason: `1 reported completions match no learner of course ${learner.said.courseId}`,
    dueAt: new Date(tomorrow + 30_000),
  })
  expect(await deliveries.process(new Date())).toBe(0)
  await learner.becomeFindable()
  expect(await deliveries.process(new Date())).toBe(1)
  expect(await deliveries.find(id)).toMatchObject({ status: 'done', reason: 'completed: 1', attempts: 2 })
  expect(await learner.completions()).toHaveLength(1)
})

it('a waiting delivery is left alone when learners of another course or platform arrive', async () => {
  const learner = await deliveries.enrolled()
  const id = await deliveries.deliver('thinkific', learner.body())
  await deliveries.process(new Date(Date.now() + 86_400_000))
  const due = (await deliveries.find(id)).dueAt
  await transaction(deliveries.database.dataSource, async (tx) => {
    await redriveWaitingDeliveries(tx, 'thinkific', ['another course'])
    await redriveWaitingDeliveries(tx, 'teachable', [learner.said.courseId])
  })
  expect((await deliveries.find(id)).dueAt).toEqual(due)
})

it('a waiting delivery is tried again by itself, ever more seldom, at last every six hours', async () => {
  const learner = await deliveries.enrolled()
  const id = await deliveries.deliver('thinkific', learner.body())
  const pauses: number[] = []
  let now = NOW
  for (let attempt = 1; attempt <= 12; attempt++) {
    expect(await deliveries.process(now)).toBe(1)
    const { dueAt } = await deliveries.find(id)
    pauses.push((dueAt!.getTime() - now.getTime()) / 1_000)
    now = dueAt!
  }
  expect(pauses).toEqual([30, 60, 120, 240, 480, 960, 1_920, 3_840, 7_680, 15_360, 21_600, 21_600])
  await learner.becomeFindable()
  await deliveries.process(now)
  expect(await deliveries.find(id)).toMatchObject({ status: 'done' })
})
