import { oneOrMany, optionalEmail, optionalId, optionalTime, readId, readJson, readLearner, readNumber, readObject } from './payload'
import type { PayloadReader } from './platform'

/**
 * A list of events `{type, created, object}` (https://docs.teachable.com/docs/available-events shows one event, the
 * platform sends lists), of type `Enrollment.completed`. Nothing is signed: the path ends with a secret.
 */
export const teachableReader: PayloadReader = {
  decode: readJson,
  events: oneOrMany,
  reports(event) {
    const { type, created, object } = readObject(event, 'an event')
    if (type !== 'Enrollment.completed') return []
    const enrollment = readObject(object, 'object')
    const course = readObject(enrollment['course'] ?? {}, 'object.course')
    const user = readObject(enrollment['user'] ?? {}, 'object.user')
    return [
      {
        externalCourseId: readId(enrollment['course_id'] ?? course['id'], 'object.course_id'),
        learner: readLearner(
          optionalEmail(user['email'], 'object.user.email'),
          optionalId(enrollment['user_id'] ?? user['id'], 'object.user_id'),
          'object.user',
        ),
        completed: isComplete(enrollment['percent_complete']),
        completedAt: optionalTime(enrollment['completed_at'] ?? created, 'object.completed_at'),
      },
    ]
  },
}

/** Where a percentage is given it must say the same as the type. */
function isComplete(percentage: unknown): boolean {
  return percentage === undefined || percentage === null || readNumber(percentage, 'object.percent_complete') >= 100
}
