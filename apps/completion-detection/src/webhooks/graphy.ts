import { oneOrMany, optionalEmail, optionalId, optionalTime, readId, readJson, readLearner, readList, readObject } from './payload'
import type { PayloadReader, PlatformReport } from './platform'

/**
 * Learners as the platform's public API tells of them, one or a list, alone or as `data`:
 * `{id, email, courses: [{id, "course items": [{completed}], completed_at?}]}`. What its webhooks send is documented
 * nowhere in public: another shape is kept as failed, and is read again once this reader knows it. Nothing is signed:
 * the path ends with a secret.
 */
export const graphyReader: PayloadReader = {
  decode: readJson,
  events(json) {
    return oneOrMany(Array.isArray(json) ? json : (readObject(json, 'the body')['data'] ?? json))
  },
  reports(event) {
    const { id, email, courses } = readObject(event, 'a learner')
    const learner = readLearner(optionalEmail(email, 'email'), optionalId(id, 'id'), 'a learner')
    return readList(courses, 'courses').map((course, i) => ({ learner, ...readCourse(course, `courses[${i}]`) }))
  },
}

function readCourse(value: unknown, field: string): Omit<PlatformReport, 'learner'> {
  const course = readObject(value, field)
  const items = readList(course['course items'] ?? [], `${field}["course items"]`)
  return {
    externalCourseId: readId(course['id'], `${field}.id`),
    completed: items.length > 0 && items.every((item) => readObject(item, `${field}["course items"]`)['completed'] === true),
    completedAt: optionalTime(course['completed_at'], `${field}.completed_at`),
  }
}
