import { randomUUID } from 'node:crypto'
import { completionId, type CourseCompletedV1, type CourseVersionPublishedV1 } from '@laurel/contracts'

/** A course version of one required lesson, but for what is changed. */
export function courseVersion(change: Partial<CourseVersionPublishedV1> = {}): CourseVersionPublishedV1 {
  return {
    course_version_id: randomUUID(),
    course_id: randomUUID(),
    version: 1,
    title: 'Handling food safely',
    published_at: '2026-01-01T00:00:00.000Z',
    lessons: [{ lesson_id: randomUUID(), title: 'Washing hands', position: 0, required: true }],
    quizzes: [],
    ...change,
  }
}

/** A completion in the first cycle, with the id that it must have, but for what is changed. */
export function courseCompletion(change: Partial<CourseCompletedV1> = {}): CourseCompletedV1 {
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
