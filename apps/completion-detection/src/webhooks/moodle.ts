import { PayloadError, readId, readJson, readLearner, readNumber, readObject } from './payload'
import { RefusedWebhook, type PayloadReader, type Verifier } from './platform'
import { checkPathSecret, isSecret } from './verification'

const COURSE_COMPLETED = '\\core\\event\\course_completed'

/** The plugin local_webhooks signs nothing: it sends the token of the service in the body. A secret at the end of the path does as well. */
export function moodleVerifier(secrets: readonly string[]): Verifier {
  return {
    keptHeaders: [],
    verify({ body, pathSecret }) {
      const token = pathSecret === null ? tokenOf(body) : null
      if (token === null) checkPathSecret(secrets, pathSecret)
      else if (!isSecret(secrets, token)) throw new RefusedWebhook('bad-signature', 'token is not that of this webhook')
      return null
    },
  }
}

/**
 * An event as Moodle's events API describes it (https://docs.moodle.org/dev/Events_API#Properties), sent by the plugin
 * local_webhooks (https://github.com/valentineus/moodle-webhooks). `relateduserid` is who completed the course;
 * `userid` is whose action made Moodle notice, often a teacher's or a scheduled task's.
 */
export const moodleReader: PayloadReader = {
  decode: readJson,
  events: (json) => [json],
  reports(event) {
    const { eventname, courseid, relateduserid, timecreated } = readObject(event, 'the body')
    if (eventname !== COURSE_COMPLETED) return []
    return [
      {
        externalCourseId: readId(courseid, 'courseid'),
        learner: readLearner(undefined, readId(relateduserid, 'relateduserid'), 'relateduserid'),
        completed: true,
        completedAt: readUnixTime(timecreated),
      },
    ]
  },
}

/** Null when the body, or a token in it, is missing. */
function tokenOf(body: Buffer): string | null {
  try {
    const { token } = readObject(readJson(body), 'the body')
    return typeof token === 'string' && token !== '' ? token : null
  } catch (error) {
    if (error instanceof PayloadError) return null
    throw error
  }
}

function readUnixTime(value: unknown): Date {
  const time = new Date(readNumber(value, 'timecreated') * 1_000)
  if (Number.isNaN(time.getTime())) throw new PayloadError('timecreated must be a time in seconds')
  return time
}
