import { CourseVersionStore } from '@laurel/course-versions'
import { NoConnectionError, transaction } from '@laurel/postgres'
import { redriveDeliveries } from '../persistence/webhook-delivery-store'
import { Deliveries, later, NOW } from './deliveries.fixture'

/** Real: Postgres, the once-only door and the learners. */
const deliveries = new Deliveries()
beforeAll(() => deliveries.start())
beforeEach(() => deliveries.clear())
afterAll(() => deliveries.database.drop())

describe('a delivery that cannot be read', () => {
  it('fails with the field, is kept, and is processed when it is redriven', async () => {
    const id = await deliveries.deliver('moodle', { eventname: '\\core\\event\\course_completed', courseid: 7, timecreated: 1 })
    const learner = await deliveries.findable()
    await deliveries.deliver('thinkific', learner.body())
    expect(await deliveries.process()).toBe(2)
    expect(await deliveries.find(id)).toMatchObject({ status: 'failed', reason: 'relateduserid must be an id', dueAt: null })
    expect(await learner.completions()).toHaveLength(1)
    expect(await deliveries.process(later(86_400))).toBe(0)
    expect(await transaction(deliveries.database.dataSource, (tx) => redriveDeliveries(tx, 'failed', 'thinkific', NOW))).toBe(0)
    expect(await transaction(deliveries.database.dataSource, (tx) => redriveDeliveries(tx, 'failed', 'moodle', NOW))).toBe(1)
    expect(await deliveries.process()).toBe(1)
    expect(await deliveries.find(id)).toMatchObject({ status: 'failed', attempts: 2 })
  })

  it('costs none of the good events that came with it', async () => {
    const learner = await deliveries.findable('teachable')
    const events = learner.body() as object[]
    const id = await deliveries.deliver('teachable', [{ type: 'Enrollment.completed', object: {} }, 'no event', ...events])
    await deliveries.process()
    expect(await deliveries.find(id)).toMatchObject({
      status: 'failed',
      reason: 'object.course_id must be an id; an event must be an object',
    })
    expect(await learner.completions()).toHaveLength(1)
  })
})

describe('when it cannot be applied', () => {
  /** Versions that fail for one course version with what a driver might say. */
  class FailingVersions extends CourseVersionStore {
    constructor(
      private readonly courseVersionId: string,
      private readonly error: Error,
    ) {
      super()
    }

    override find(...[tx, ids]: Parameters<CourseVersionStore['find']>): ReturnType<CourseVersionStore['find']> {
      return ids.has(this.courseVersionId) ? Promise.reject(this.error) : super.find(tx, ids)
    }
  }

  it('waits with the reason, holds up no other, and puts nothing of the learner into the log', async () => {
    const [bad, good] = [await deliveries.findable(), await deliveries.findable()]
    const id = await deliveries.deliver('thinkific', bad.body())
    await deliveries.deliver('thinkific', good.body(), later(1))
    const versions = new FailingVersions(bad.key.course_version_id, new RangeError(`no such learner: ${bad.said.email}`))
    const counted: string[][] = []
    const metrics = { countProcessed: (...labels: [string, string]) => void counted.push(labels) }
    expect(await deliveries.process(later(1), { versions, metrics })).toBe(2)
    expect(counted).toEqual([
      ['thinkific', 'postponed'],
      ['thinkific', 'done'],
    ])
    expect(await deliveries.find(id)).toMatchObject({ status: 'waiting', reason: 'could not be applied: RangeError', dueAt: later(31) })
    expect(await good.completions()).toHaveLength(1)
    expect(deliveries.logger.lines).toMatchObject([
      { level: 'error', fields: { delivery_id: id, platform: 'thinkific', error: 'RangeError' } },
    ])
    expect(JSON.stringify(deliveries.logger.lines)).not.toContain(bad.said.email)
    expect(await deliveries.process(later(31))).toBe(1)
    expect(await bad.completions()).toHaveLength(1)
  })

  it('stays as it was while the database is away, and the work ends', async () => {
    const learner = await deliveries.findable()
    const id = await deliveries.deliver('thinkific', learner.body())
    const versions = new FailingVersions(learner.key.course_version_id, new NoConnectionError(new Error('refused')))
    await expect(deliveries.process(NOW, { versions })).rejects.toThrow(NoConnectionError)
    expect(await deliveries.find(id)).toMatchObject({ status: 'received', attempts: 0 })
  })
})
