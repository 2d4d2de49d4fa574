import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import { optionalEmail, optionalId, optionalTime, readId, readJson, readLearner, readNumber, readObject } from './payload'
import { RefusedWebhook, type PayloadReader, type Verifier } from './platform'
import { checkPathSecret, REPLAY_WINDOW_SECONDS } from './verification'

const JWKS_TIMEOUT_MS = 2_000
const JWKS_COOLDOWN_MS = 10_000
const CLOCK_TOLERANCE_SECONDS = 5
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/

/**
 * Live events over HTTPS are signed or plain, as the institution chose
 * (https://guides.instructure.com/m/4214/l/1245281-how-do-i-configure-and-test-canvas-live-events-using-https-delivery).
 * Signed: the body is a JWS (RFC 7515, section 7.1) under RS256, with a key of the platform's key set, which changes
 * every month. Plain: the path ends with a secret.
 */
export function canvasVerifier(secrets: readonly string[], jwksUrl: string | null): Verifier {
  const keys = jwksUrl === null ? null : remoteKeys(jwksUrl)
  return {
    keptHeaders: [],
    async verify({ body, pathSecret }) {
      const token = signedToken(body)
      if (token !== null && keys !== null) checkTime(await verified(token, keys))
      else checkPathSecret(secrets, pathSecret)
      return null
    },
  }
}

/**
 * `{metadata: {event_name}, body: {course, user, progress}}`, of the event `course_completed`
 * (https://developerdocs.instructure.com/services/canvas/data-services/live-events/event-format/canvas/file.data_service_canvas_course),
 * which comes again whenever a module's completion is updated.
 */
export const canvasReader: PayloadReader = {
  decode(body) {
    const token = signedToken(body)
    return readJson(token === null ? body : Buffer.from(token.split('.')[1]!, 'base64url'))
  },
  events: (json) => [json],
  reports(event) {
    const { metadata, body } = readObject(event, 'the event')
    if (readObject(metadata, 'metadata')['event_name'] !== 'course_completed') return []
    const { course, user, progress } = readObject(body, 'body')
    const { id, email } = readObject(user, 'body.user')
    const { completed_at, ...counts } = readObject(progress, 'body.progress')
    return [
      {
        externalCourseId: readId(readObject(course, 'body.course')['id'], 'body.course.id'),
        learner: readLearner(optionalEmail(email, 'body.user.email'), optionalId(id, 'body.user.id'), 'body.user'),
        completed: isComplete(counts),
        completedAt: optionalTime(completed_at, 'body.progress.completed_at'),
      },
    ]
  },
}

function isComplete(counts: Readonly<Record<string, unknown>>): boolean {
  const required = readNumber(counts['requirement_count'], 'body.progress.requirement_count')
  return required > 0 && readNumber(counts['requirement_completed_count'], 'body.progress.requirement_completed_count') >= required
}

function signedToken(body: Buffer): string | null {
  const text = body.toString().trim()
  return COMPACT_JWS.test(text) ? text : null
}

async function verified(token: string, keys: JWTVerifyGetKey): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, { algorithms: ['RS256'], clockTolerance: CLOCK_TOLERANCE_SECONDS })
    return payload
  } catch (error) {
    if (error instanceof RefusedWebhook) throw error
    if (error instanceof errors.JWTExpired) throw new RefusedWebhook('stale', 'the signature has expired')
    throw new RefusedWebhook('bad-signature', 'the signature is not that of the event', { cause: error })
  }
}

/** Not every signed event carries a time; one that does is taken for as long as others are. */
function checkTime({ iat }: JWTPayload): void {
  if (iat !== undefined && Math.abs(Date.now() / 1_000 - iat) > REPLAY_WINDOW_SECONDS) {
    throw new RefusedWebhook('stale', 'iat is more than five minutes from now')
  }
}

function remoteKeys(url: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), { timeoutDuration: JWKS_TIMEOUT_MS, cooldownDuration: JWKS_COOLDOWN_MS })
  return async (header, token) => {
    try {
      return await keys(header, token)
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JOSENotSupported) throw error
      throw new RefusedWebhook('undecidable', 'the key set of the platform cannot be read now', { cause: error })
    }
  }
}
