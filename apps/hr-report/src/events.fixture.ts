import { randomUUID } from 'node:crypto'
import { completionId, type CourseCompletedV1, type CourseVersionPublishedV1 } from '@laurel/contracts'
import type { Received } from '@laurel/messaging'

export function published(change: Partial<CourseVersionPublishedV1> = {}): CourseVersionPublishedV1 {
  return {
    course_version_id: randomUUID(),
    course_id: randomUUID(),
    version: 1,
    title: 'Handling food safely',
    published_at: '2026-01-01T00:00:00.000Z',
    lessons: [],
    quizzes: [],
    hr: { course_code: 'FOOD-101', credit_hours: 1.5 },
    ...change,
  }
}

export function completed(change: Partial<CourseCompletedV1> = {}): CourseCompletedV1 {
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

/** Events as a handler receives them. */
export function batchOf<T>(...data: T[]): Received<T>[] {
  return data.map((value, i) => ({
    topic: 'spec',
    partition: 0,
    offset: BigInt(i),
    key: null,
    value: Buffer.from(JSON.stringify(value)),
    headers: {},
    recordTime: new Date(),
    id: randomUUID(),
    source: '/spec',
    type: 'spec',
    time: new Date(),
    data: value,
  }))
}
