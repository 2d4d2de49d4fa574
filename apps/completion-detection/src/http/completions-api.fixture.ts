import { randomUUID } from 'node:crypto'
import { CourseVersionPublishedV1, EnrollmentChangedV1, LessonCompletedV1, type EventDefinition } from '@laurel/contracts'
import { CourseVersionStore } from '@laurel/course-versions'
import type { Received } from '@laurel/messaging'
import { startLaurelService, type RunningService, type ShellConfig } from '@laurel/service-shell'
import { createTestDatabase, SigningIam, type TestDatabase } from '@laurel/testing'
import { Module } from '@nestjs/common'
import type { JWTPayload } from 'jose'
import { DataSource } from 'typeorm'
import { DetectionMetrics } from '../detections/detection-metrics'
import { course, Learner, type Course, type CourseShape } from '../events.fixture'
import { SERVICE } from '../service-name'
import { CompletionsController } from './completions.controller'
import { DetectionsController } from './detections.controller'

@Module({})
class CompletionsModule {}

export interface Caller {
  readonly sub: string
  readonly claims?: JWTPayload
}

export interface Answer {
  readonly status: number
  readonly type: string | null
  readonly text: string
  readonly body: { readonly detail: string; readonly errors?: readonly { readonly field: string }[]; readonly [name: string]: unknown }
}

export const ADMIN: Caller = { sub: randomUUID(), claims: { roles: ['admin'] } }
/** The organisation that enrolls everybody here. */
export const ORG = randomUUID()
export const ORG_ADMIN: Caller = { sub: randomUUID(), claims: { roles: ['org_admin'], org_id: ORG } }

/** Takes events as the service's consumers do. */
interface Consumers {
  take<T>(definition: EventDefinition<T>, ...data: readonly T[]): Promise<unknown>
  takeReceived(batch: readonly Received[]): Promise<unknown>
}

/** The routes of completions and detections over HTTP, with a real database and tokens. Events are handed to `member`. */
export class CompletionsApi {
  database: TestDatabase
  member: Consumers
  service: RunningService
  private readonly iam = new SigningIam()

  async start(database: Parameters<typeof createTestDatabase>[0], Member: new (dataSource: DataSource) => Consumers): Promise<void> {
    await this.iam.start()
    this.database = await createTestDatabase(database)
    this.member = new Member(this.database.dataSource)
    this.service = await startLaurelService({
      config: this.config(),
      title: 'Completions',
      database,
      module: ({ dataSource, metrics }) => {
        new DetectionMetrics(metrics, dataSource)
        return {
          module: CompletionsModule,
          controllers: [CompletionsController, DetectionsController],
          providers: [{ provide: DataSource, useValue: dataSource }, CourseVersionStore],
        }
      },
    })
  }

  async stop(): Promise<void> {
    await this.service?.close()
    await this.database?.drop()
    await this.iam.stop()
  }

  /** A published course, and somebody whom ORG enrolled in it. */
  async enrolled(shape: CourseShape = { required: 2 }): Promise<{ course: Course; learner: Learner; path: string }> {
    const made = course(shape)
    const learner = new Learner(made)
    await this.member.take(CourseVersionPublishedV1, made.version)
    await this.member.take(EnrollmentChangedV1, learner.enrollment({ org_id: ORG }))
    return { course: made, learner, path: pathOf(learner) }
  }

  /** The same, who completed everything that is required, at second 1 and on. */
  async completed(shape: CourseShape = { required: 2 }) {
    const made = await this.enrolled(shape)
    await this.member.take(LessonCompletedV1, ...made.course.required.map((id, n) => made.learner.lesson(id, n + 1)))
    return made
  }

  /** @param caller null: no token */
  async call(method: 'GET' | 'POST', path: string, caller: Caller | null, body?: unknown, accept = 'application/json'): Promise<Answer> {
    const response = await fetch(`${this.service.url}/api/v1/${path}`, {
      method,
      headers: {
        accept,
        ...(caller && { authorization: `Bearer ${await this.iam.token(caller.sub, caller.claims)}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const [type, text] = [response.headers.get('content-type'), await response.text()]
    return { status: response.status, type, text, body: (type?.includes('json') ? JSON.parse(text) : {}) as Answer['body'] }
  }

  /** Everything that a request about completions might have written. */
  async contents(): Promise<unknown> {
    const tables = ['completion_ledger', 'completion', 'outside_completion', 'outbox', 'closed_cycle', 'evidence_page']
    const sums = tables.map((table) => `(select md5(string_agg(t::text, '|' order by t::text)) from ${table} t) as ${table}`)
    return this.database.dataSource.query(`select ${sums.join(', ')}`)
  }

  private config(): ShellConfig {
    const { jwksUrl, issuer, audience } = this.iam
    return {
      service: SERVICE,
      host: '127.0.0.1',
      port: 0,
      logLevel: 'silent',
      role: 'api',
      databaseUrl: this.database.url,
      kafkaBrokers: ['127.0.0.1:1'],
      kafkaSessionTimeoutMs: 10_000,
      rateLimitPerSecond: 0,
      iam: { jwksUrl, issuer, audience },
    }
  }
}

export function pathOf({ userId, key }: Learner): string {
  return `completions/${userId}/${key.course_version_id}`
}

/** An answer as `[status, fields that it names]`. */
export function refusal({ status, body }: Answer): [number, string[]] {
  return [status, (body.errors ?? []).map(({ field }) => field)]
}
