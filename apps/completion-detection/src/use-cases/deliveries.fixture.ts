import { randomUUID } from 'node:crypto'
import { CourseVersionPublishedV1, EnrollmentChangedV1, type CourseCompletedV1 } from '@laurel/contracts'
import { adoptCourseVersion, courseVersionsMigration, CourseVersionStore } from '@laurel/course-versions'
import { messagingMigration } from '@laurel/messaging'
import { transaction } from '@laurel/postgres'
import { createTestDatabase, received, RecordingLogger, type TestDatabase } from '@laurel/testing'
import { course, Learner } from '../events.fixture'
import { followLearnerRows, resolveEmail } from '../persistence/learner-store'
import { completionMigration } from '../persistence/migrations/001-completion'
import { webhooksMigration } from '../persistence/migrations/002-webhooks'
import { learnersMigration } from '../persistence/migrations/003-learners'
import { addDelivery, listDeliveries } from '../persistence/webhook-delivery-store'
import type { PlatformName } from '../webhooks/platform'
import { BODIES, bytes, type Said } from '../webhooks/webhooks.fixture'
import { followEnrollment } from './follow-enrollment'
import { processDeliveries, type DeliveryProcessing } from './process-deliveries'
import { redriveWaitingDeliveries } from './redrive-waiting-deliveries'

/** When deliveries arrive, unless a test says otherwise. */
export const NOW = new Date('2026-03-01T00:00:00.000Z')
export const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000)

/** Stored deliveries, the once-only door and the learners, on a real database. What platforms deliver is stored by hand. */
export class Deliveries {
  readonly logger = new RecordingLogger()
  database: TestDatabase

  async start(): Promise<void> {
    const migrations = [courseVersionsMigration, messagingMigration, completionMigration, webhooksMigration, learnersMigration]
    this.database = await createTestDatabase({ schema: 'completion', migrations })
  }

  async clear(): Promise<void> {
    this.logger.lines.length = 0
    await this.database.dataSource.query('delete from webhook_delivery')
  }

  async deliver(platform: PlatformName, body: unknown, receivedAt = NOW): Promise<string> {
    const delivery = { platform, deliveryKey: randomUUID(), headers: {}, body: bytes(body), receivedAt }
    return (await transaction(this.database.dataSource, (tx) => addDelivery(tx, delivery))).deliveryId
  }

  /** Processes all that is due, as one process does. */
  process(now = NOW, change: Partial<DeliveryProcessing> = {}, signal?: AbortSignal): Promise<number> {
    const { logger } = this
    const { dataSource } = this.database
    const metrics = { countProcessed: () => undefined }
    return processDeliveries({ dataSource, versions: new CourseVersionStore(), logger, metrics, ...change }, now, signal)
  }

  all() {
    return transaction(this.database.dataSource, (tx) => listDeliveries(tx, { status: null, platform: null }, null, 100))
  }

  async find(id: string) {
    return (await this.all()).find((one) => one.deliveryId === id)!
  }

  /** A learner whose enrollment is known, and not yet the platform's name of them. */
  enrolled(platform: PlatformName = 'thinkific'): Promise<PlatformLearner> {
    return new PlatformLearner(this, platform).enroll()
  }

  async findable(platform: PlatformName = 'thinkific'): Promise<PlatformLearner> {
    return (await this.enrolled(platform)).becomeFindable()
  }
}

/** A learner of a platform's course, as the platform and as we know them. */
export class PlatformLearner extends Learner {
  readonly said: Said = { courseId: `course-${randomUUID()}`, email: `${randomUUID()}@example.com`, learnerId: randomUUID() }

  constructor(
    private readonly deliveries: Deliveries,
    private readonly platform: PlatformName,
    private readonly taught = course({ required: 1 }),
  ) {
    super(taught)
  }

  async enroll(): Promise<this> {
    const external_refs = [{ platform: this.platform, external_course_id: this.said.courseId }]
    const version = received(CourseVersionPublishedV1, { ...this.taught.version, external_refs })
    const enrollment = received(EnrollmentChangedV1, this.enrollment())
    await transaction(this.deliveries.database.dataSource, async (tx) => {
      const versions = new CourseVersionStore()
      await adoptCourseVersion(tx, versions, [version])
      await followEnrollment(tx, versions, [enrollment], NOW)
    })
    return this
  }

  async becomeFindable(): Promise<this> {
    const { dataSource } = this.deliveries.database
    const { courseId: externalCourseId, email, learnerId } = this.said
    const key = { courseVersionId: this.key.course_version_id, userId: this.userId, courseId: this.taught.version.course_id }
    const row = { ...key, platform: this.platform, externalCourseId, cycle: 1, revision: 1, isActive: true, completedAt: null }
    await transaction(dataSource, async (tx) => {
      const [id] = await followLearnerRows(tx, [row])
      await resolveEmail(tx, id!, email.toUpperCase())
      await redriveWaitingDeliveries(tx, this.platform, [externalCourseId])
    })
    await dataSource.query('update learners set external_learner_id = $2 where user_id = $1', [this.userId, learnerId])
    return this
  }

  /** What the platform says when they have completed the course. */
  body(change: Partial<Said> = {}): unknown {
    return BODIES[this.platform]({ ...this.said, ...change })
  }

  /** The events that say that they completed the course. */
  async completions(): Promise<CourseCompletedV1[]> {
    const rows = await this.deliveries.database.dataSource.query<{ payload: Buffer }[]>(
      "select payload from outbox where topic = 'course.completed' and key = $1",
      [Buffer.from(`${this.key.course_version_id}:${this.userId}`)],
    )
    return rows.map(({ payload }) => JSON.parse(payload.toString()) as CourseCompletedV1)
  }
}
