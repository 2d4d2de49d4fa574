import { transaction } from '@laurel/postgres'
import { addDelivery, redriveDeliveries } from '../persistence/webhook-delivery-store'
import { bytes } from '../webhooks/webhooks.fixture'
import { Deliveries, later, NOW } from './deliveries.fixture'
import { forgetDeliveredBodies } from './forget-delivered-bodies'

/** Real: Postgres, the once-only door and the learners. */
const deliveries = new Deliveries()
beforeAll(() => deliveries.start())
beforeEach(() => deliveries.clear())
afterAll(() => deliveries.database.drop())

it('forgets bodies of deliveries thirty days after they were done, and no others; repeats are still known', async () => {
  const learner = await deliveries.findable()
  const done = await deliveries.deliver('thinkific', learner.body())
  const failed = await deliveries.deliver('thinkific', { resource: 'enrollment' })
  await deliveries.process()
  const day = 86_400
  const bodies = async () => {
    const rows = await deliveries.database.dataSource.query(
      'select delivery_id from webhook_delivery where body is not null order by delivery_id',
    )
    return rows.map((row: { delivery_id: string }) => row.delivery_id)
  }
  await forgetDeliveredBodies(deliveries.database.dataSource, later(30 * day))
  expect(await bodies()).toEqual([done, failed])
  await forgetDeliveredBodies(deliveries.database.dataSource, later(30 * day + 1))
  expect(await bodies()).toEqual([failed])
  const key = (await deliveries.database.dataSource.query('select delivery_key from webhook_delivery where delivery_id = $1', [done]))[0]
    .delivery_key
  const repeat = { platform: 'thinkific', deliveryKey: key, headers: {}, body: bytes(learner.body()), receivedAt: NOW }
  expect(await transaction(deliveries.database.dataSource, (tx) => addDelivery(tx, repeat))).toEqual({ deliveryId: done, isNew: false })
  expect(await transaction(deliveries.database.dataSource, (tx) => redriveDeliveries(tx, 'done', null, NOW))).toBe(0)
})
