import { optionalEmail, optionalId, optionalTime, readId, readJson, readLearner, readNumber, readObject } from './payload'
import { RefusedWebhook, type PayloadReader, type Verifier } from './platform'
import { isHmac } from './verification'

const SIGNATURE = 'x-thinkific-hmac-sha256'

/**
 * Signed with the hex HMAC-SHA256 of the raw body, keyed with the API key of the site or the client secret of the app
 * (https://support.thinkific.dev/hc/en-us/articles/4422685850775). No time is part of the scheme, and a delivery that
 * was not answered well is sent again much later, so that repeats are told by the body.
 */
export function thinkificVerifier(secrets: readonly string[]): Verifier {
  return {
    keptHeaders: ['x-thinkific-topic', 'x-thinkific-subdomain'],
    verify({ body, headers }) {
      const signature = headers[SIGNATURE]
      if (typeof signature !== 'string') throw new RefusedWebhook('unsigned', `the header ${SIGNATURE} is missing`)
      if (!isHmac(secrets, body, signature)) throw new RefusedWebhook('bad-signature', `${SIGNATURE} is not that of the body`)
      return null
    },
  }
}

/**
 * `{resource, action, payload}`, of resource `enrollment`
 * (https://support.thinkific.dev/hc/en-us/articles/4422658311703-Webhooks-Documentation).
 */
export const thinkificReader: PayloadReader = {
  decode: readJson,
  events: (json) => [json],
  reports(event) {
    const { resource, action, payload } = readObject(event, 'the body')
    if (resource !== 'enrollment') return []
    const enrollment = readObject(payload, 'payload')
    const user = readObject(enrollment['user'], 'payload.user')
    return [
      {
        externalCourseId: readId(courseId(enrollment), 'payload.course_id'),
        learner: readLearner(optionalEmail(user['email'], 'payload.user.email'), optionalId(user['id'], 'payload.user.id'), 'payload.user'),
        completed: isComplete(action, readNumber(enrollment['percentage_completed'], 'payload.percentage_completed')),
        completedAt: optionalTime(enrollment['completed_at'], 'payload.completed_at'),
      },
    ]
  },
}

function courseId(enrollment: Record<string, unknown>): unknown {
  return enrollment['course_id'] ?? readObject(enrollment['course'], 'payload.course')['id']
}

/**
 * The percentage alone tells: completed_at is set at 0 % too. It is written on two scales, 0-100 and 0-1; a 1 is the
 * whole course where the platform itself says that the enrollment is completed, and a hundredth of it elsewhere.
 */
function isComplete(action: unknown, percentage: number): boolean {
  return percentage >= 100 || (percentage === 1 && action === 'completed')
}
