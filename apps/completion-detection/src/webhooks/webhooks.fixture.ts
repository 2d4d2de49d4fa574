import { createHmac, randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose'
import { Webhook } from 'standardwebhooks'
import { LocalServer } from '@laurel/testing'
import { RefusedWebhook, type PlatformName, type Verifier, type WebhookRequest } from './platform'

/** What a platform is made to say. */
export interface Said {
  readonly courseId: string
  readonly email: string
  readonly learnerId: string
  readonly isComplete?: boolean
  readonly completedAt?: string
}

/** Good for every scheme: base64 of at least 16 characters. */
export const newSecret = () => randomBytes(24).toString('base64url').replace(/[-_]/g, 'x')

const DEFAULT_TIME = '2026-01-05T00:00:01.000Z'

/** A body of each platform, with more in it than is read. */
export const BODIES: Readonly<Record<PlatformName, (said: Said) => unknown>> = {
  graphy: ({ courseId, email, learnerId, isComplete = true, completedAt }) => ({
    data: [
      {
        id: learnerId,
        email,
        courses: [
          {
            id: courseId,
            Title: 'Handling food safely',
            'course items': [
              { completed: true, type: 'video', title: 'One' },
              { completed: isComplete, type: 'quiz', title: 'Two' },
            ],
            ...(completedAt === undefined ? {} : { completed_at: completedAt }),
          },
        ],
      },
    ],
    total: 1,
  }),
  thinkific: ({ courseId, email, learnerId, isComplete = true, completedAt = DEFAULT_TIME }) => ({
    id: '20190131192005552012814',
    resource: 'enrollment',
    action: isComplete ? 'completed' : 'progress',
    tenant_id: '59',
    created_at: DEFAULT_TIME,
    payload: {
      id: 3,
      completed_at: completedAt,
      course: { id: courseId, name: 'Handling food safely' },
      course_id: courseId,
      percentage_completed: isComplete ? '1.0' : '0.5',
      user: { id: learnerId, email, first_name: 'A', last_name: 'Learner' },
    },
  }),
  teachable: ({ courseId, email, learnerId, isComplete = true, completedAt = DEFAULT_TIME }) => [
    {
      type: 'Enrollment.completed',
      id: 130703604,
      livemode: true,
      created: completedAt,
      hook_event_id: 879371407,
      object: {
        id: 1750122118,
        course_id: courseId,
        percent_complete: isComplete ? 100 : 40,
        course: { id: courseId, name: 'Handling food safely' },
        user: { id: learnerId, email, name: 'A Learner' },
      },
    },
  ],
  canvas: ({ courseId, email, learnerId, isComplete = true, completedAt = DEFAULT_TIME }) => ({
    metadata: { event_name: 'course_completed', event_time: DEFAULT_TIME, producer: 'canvas' },
    body: {
      course: { account_id: '79', id: courseId, name: 'Handling food safely', sis_source_id: '2017.100' },
      progress: {
        completed_at: completedAt,
        next_requirement_url: null,
        requirement_completed_count: isComplete ? 6 : 5,
        requirement_count: 6,
      },
      user: { email, id: learnerId, name: 'A Learner' },
    },
  }),
  moodle: ({ courseId, learnerId, completedAt = DEFAULT_TIME }) => ({
    eventname: '\\core\\event\\course_completed',
    component: 'core',
    action: 'completed',
    target: 'course',
    userid: '2',
    courseid: courseId,
    relateduserid: learnerId,
    timecreated: Date.parse(completedAt) / 1_000,
    host: 'moodle.example',
    token: '',
    extra: '',
  }),
  'standard-webhooks': ({ courseId, email, completedAt }) => ({
    type: 'course.completed',
    timestamp: DEFAULT_TIME,
    data: { external_course_id: courseId, email, ...(completedAt === undefined ? {} : { completed_at: completedAt }) },
  }),
}

export const said = (change: Partial<Said> = {}): Said => ({ courseId: '565', email: 'ada@example.com', learnerId: '123', ...change })

export const bytes = (json: unknown) => Buffer.from(JSON.stringify(json))

export function request(body: Buffer, headers: Record<string, string> = {}, pathSecret: string | null = null): WebhookRequest {
  return { body, headers, pathSecret }
}

/** A delivery as the platform proves it with this secret; Canvas: plain. */
export const PROOFS: Readonly<Record<PlatformName, (body: Buffer, secret: string) => WebhookRequest>> = {
  graphy: (body, secret) => request(body, {}, secret),
  teachable: (body, secret) => request(body, {}, secret),
  canvas: (body, secret) => request(body, {}, secret),
  moodle: (body, secret) => request(bytes({ ...(JSON.parse(body.toString()) as object), token: secret })),
  thinkific: (body, secret) => request(body, { 'x-thinkific-hmac-sha256': createHmac('sha256', secret).update(body).digest('hex') }),
  'standard-webhooks': (body, secret) => standardRequest(body, secret),
}

export function standardRequest(body: Buffer, secret: string, { id = `msg_${randomBytes(9).toString('hex')}`, at = new Date() } = {}) {
  return request(body, {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  })
}

/** Why a delivery is refused; null when it is not. */
export async function refusalOf(verifier: Verifier, sent: WebhookRequest): Promise<string | null> {
  try {
    await verifier.verify(sent)
    return null
  } catch (error) {
    if (error instanceof RefusedWebhook) return error.refusal
    throw error
  }
}

/** The key set that signs live events, on a free local port. */
export class CanvasKeys {
  private server: LocalServer
  private readonly privateKeys = new Map<string, CryptoKey>()

  async start(): Promise<void> {
    const keys = await Promise.all(['RS256', 'ES256'].map((alg) => this.add(alg)))
    this.server = new LocalServer((_request, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ keys }))
    })
    await this.server.start()
  }

  stop(): Promise<void> {
    return this.server.stop()
  }

  get url(): string {
    return `${this.server.url}/jwks`
  }

  /** Signs with the key of an algorithm, or with one that is not in the set. */
  async sign(event: unknown, { alg = 'RS256', key = this.privateKeys.get(alg)! } = {}): Promise<Buffer> {
    return Buffer.from(await new SignJWT(event as JWTPayload).setProtectedHeader({ alg, kid: alg }).sign(key))
  }

  private async add(alg: string): Promise<JWK> {
    const { privateKey, publicKey } = await generateKeyPair(alg)
    this.privateKeys.set(alg, privateKey)
    return { ...(await exportJWK(publicKey)), kid: alg, alg }
  }
}
