import { randomUUID } from 'node:crypto'
import { completionId, type CourseCompletedV1, type CourseVersionPublishedV1 } from '@laurel/contracts'
import { JobQueue } from '@laurel/jobs'
import type { Received } from '@laurel/messaging'
import { Metrics } from '@laurel/telemetry'
import { asAdmin, createTestDatabase, RecordingLogger, type TestDatabase } from '@laurel/testing'
import { credentialDatabase } from './credential.module'
import { ISSUE_QUEUE } from './use-cases/issue-credential'

/** credential's database and job queue. Real: Postgres, pg-boss, the role's rights. */
export class CredentialFixture {
  database: TestDatabase
  jobs: JobQueue

  async start(): Promise<void> {
    this.database = await createTestDatabase(credentialDatabase)
    const schema = `${credentialDatabase.schema}_jobs`
    this.jobs = new JobQueue({ url: this.database.url, schema, logger: new RecordingLogger(), metrics: new Metrics('spec') })
    await this.jobs.start()
    await this.jobs.createQueue(ISSUE_QUEUE)
  }

  async stop(): Promise<void> {
    await this.jobs.stop()
    await this.database.drop()
  }

  get dataSource() {
    return this.database.dataSource
  }

  /** How many sessions of the service wait for a lock. */
  waiting(): Promise<number> {
    return asAdmin(this.database.adminUrl, async (client) => {
      const { rows } = await client.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      return rows[0]!.n
    })
  }
}

export function published(change: Partial<CourseVersionPublishedV1> = {}): CourseVersionPublishedV1 {
  return {
    course_version_id: randomUUID(),
    course_id: randomUUID(),
    version: 1,
    title: 'Handling food safely',
    published_at: '2026-01-01T00:00:00.000Z',
    lessons: [],
    quizzes: [],
    credential: { enabled: true, validity_months: 24, credly_badge_template_id: 'food-safety' },
    ...change,
  }
}

export function completed(change: Partial<CourseCompletedV1> = {}): CourseCompletedV1 {
  const data = { user_id: randomUUID(), course_version_id: randomUUID(), cycle: 1, ...change }
  return {
    completion_id: completionId(data),
    course_id: randomUUID(),
    completed_at: '2026-01-09T10:30:00.000Z',
    detected_at: '2026-01-09T10:30:01.000Z',
    detected_by: 'events',
    ...data,
  }
}

/** Events as a handler receives them. */
export function batchOf<T>(...data: T[]): Received<T>[] {
  return data.map((value, i) => ({
    topic: 'spec',
    partition: 0,
    offset: BigInt(i),
    key: null,
    value: Buffer.from(JSON.stringify(value)),
    headers: {},
    recordTime: new Date(),
    id: randomUUID(),
    source: '/spec',
    type: 'spec',
    time: new Date(),
    data: value,
  }))
}
