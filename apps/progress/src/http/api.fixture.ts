import type { FieldError, RunningService, ShellConfig } from '@laurel/service-shell'
import { createTestDatabase, SigningIam, type TestDatabase } from '@laurel/testing'
import type { JWTPayload } from 'jose'
import type { Learner } from '../events.fixture'
import { SERVICE } from '../service-name'

type Method = 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT'

/** What the specs read of answers. */
export interface AnswerBody {
  readonly detail: string
  readonly errors: readonly FieldError[]
  readonly [name: string]: unknown
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: AnswerBody
}

/** Who calls: a learner's id, claims beside it, or a whole authorization header. */
export interface Caller {
  readonly sub?: string
  readonly claims?: JWTPayload
  readonly authorization?: string | null
}

/** progress itself in the role api, with a real database and a real key set; it needs no Kafka. */
export class Api {
  readonly iam = new SigningIam()
  database: TestDatabase
  service: RunningService

  async start(
    database: Parameters<typeof createTestDatabase>[0],
    startService: (config: ShellConfig) => Promise<RunningService>,
  ): Promise<void> {
    await this.iam.start()
    this.database = await createTestDatabase(database)
    this.service = await startService({
      service: SERVICE,
      host: '127.0.0.1',
      port: 0,
      logLevel: 'silent',
      role: 'api',
      databaseUrl: this.database.url,
      kafkaBrokers: ['127.0.0.1:1'],
      kafkaSessionTimeoutMs: 10_000,
      rateLimitPerSecond: 0,
      iam: { jwksUrl: this.iam.jwksUrl, issuer: this.iam.issuer, audience: this.iam.audience },
    })
  }

  async stop(): Promise<void> {
    await this.service?.close()
    await this.database?.drop()
    await this.iam.stop()
  }

  /** Sends JSON, or a body as it is when it is a text. Fails when the answer shows anything of the inside. */
  async call(method: Method, path: string, caller: Caller, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const authorization =
      caller.authorization === undefined ? `Bearer ${await this.iam.token(caller.sub!, caller.claims)}` : caller.authorization
    const response = await fetch(`${this.service.url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(authorization === null ? {} : { authorization }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    if (/node_modules|\.[jt]s:\d+|"stack"|select .+ from|violates|QueryFailed/i.test(text))
      throw new Error(`the answer shows the inside: ${text}`)
    const type = response.headers.get('content-type') ?? ''
    const expected = response.status < 400 ? 'application/json' : 'application/problem+json'
    if (!type.startsWith(expected)) throw new Error(`${response.status} came as ${type}: ${text}`)
    return { status: response.status, headers: response.headers, body: JSON.parse(text) as AnswerBody }
  }

  patch(learner: Learner, body: unknown, id = learner.key.course_version_id): Promise<Answer> {
    return this.call('PATCH', `/api/v1/courses/${id}/progress`, { sub: learner.userId }, body)
  }

  read(learner: Learner, id = learner.key.course_version_id): Promise<Answer> {
    return this.call('GET', `/api/v1/courses/${id}/progress`, { sub: learner.userId })
  }

  attempt(learner: Learner, body: unknown, id = learner.key.course_version_id): Promise<Answer> {
    return this.call('POST', `/api/v1/courses/${id}/quiz-attempts`, { sub: learner.userId }, body)
  }

  /** By a learner themself, but for what `caller` says. */
  enrollment(learner: Learner, body: unknown, caller: Caller = {}): Promise<Answer> {
    return this.call('POST', '/api/v1/enrollments', { sub: learner.userId, ...caller }, body)
  }
}

/** An answer as `[status, fields that it names]`. */
export function refusal({ status, body }: Answer): [number, string[]] {
  return [status, (body.errors ?? []).map(({ field }) => field)]
}

export const report = (lesson_id: unknown, progress_percentage: unknown = 100, occurred_at?: unknown) => ({
  lesson_id,
  progress_percentage,
  ...(occurred_at === undefined ? {} : { occurred_at }),
})
