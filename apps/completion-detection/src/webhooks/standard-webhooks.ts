import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { optionalEmail, optionalId, optionalTime, readId, readJson, readLearner, readObject } from './payload'
import { RefusedWebhook, type PayloadReader, type Verifier, type WebhookRequest } from './platform'

const HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const
const MAX_ID = 255

/** Whether a text can be a secret of this scheme: base64, with or without the prefix `whsec_`, and not too short to be one. */
export function isStandardSecret(secret: string): boolean {
  try {
    return new Webhook(secret) instanceof Webhook && secret.length >= 16
  } catch {
    return false
  }
}

/**
 * The symmetric scheme of Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks, "Signature
 * scheme"): id, time and body are signed, and a time more than five minutes from ours is refused. Every attempt at one
 * delivery has the same id.
 */
export function standardVerifier(secrets: readonly string[]): Verifier {
  const webhooks = secrets.map((secret) => new Webhook(secret))
  return {
    keptHeaders: ['webhook-id', 'webhook-timestamp'],
    verify(request) {
      const signed = signedHeaders(request)
      const failures = webhooks.map((webhook) => failureOf(() => webhook.verify(request.body, signed, { jsonParse: false })))
      if (failures.every((failure) => failure !== null)) throw toRefusal(failures[0]!)
      return signed['webhook-id']
    },
  }
}

/**
 * `{type: 'course.completed', data: {external_course_id, email | user_id, completed_at?}}`, for whoever can send it. The
 * user_id is the one by which the sender knows the learner.
 */
export const standardReader: PayloadReader = {
  decode: readJson,
  events: (json) => [json],
  reports(event) {
    const { type, data } = readObject(event, 'the body')
    if (type !== 'course.completed') return []
    const { external_course_id, email, user_id, completed_at } = readObject(data, 'data')
    return [
      {
        externalCourseId: readId(external_course_id, 'data.external_course_id'),
        learner: readLearner(optionalEmail(email, 'data.email'), optionalId(user_id, 'data.user_id'), 'data'),
        completed: true,
        completedAt: optionalTime(completed_at, 'data.completed_at'),
      },
    ]
  },
}

function signedHeaders({ headers }: WebhookRequest) {
  const [id, timestamp, signature] = HEADERS.map((name) => {
    const value = headers[name]
    if (typeof value !== 'string' || value === '') throw new RefusedWebhook('unsigned', `the header ${name} is missing`)
    return value
  }) as [string, string, string]
  if (id.length > MAX_ID) throw new RefusedWebhook('unreadable', `webhook-id must have at most ${MAX_ID} characters`)
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }
}

function failureOf(verify: () => unknown): WebhookVerificationError | null {
  try {
    verify()
    return null
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error
    throw error
  }
}

/** The time is looked at before the signature, with one text each for too old and too new. */
function toRefusal(failure: WebhookVerificationError): RefusedWebhook {
  if (/timestamp too/i.test(failure.message)) {
    return new RefusedWebhook('stale', 'webhook-timestamp is more than five minutes from now')
  }
  return new RefusedWebhook('bad-signature', 'webhook-signature is not that of this delivery')
}
