import { randomUUID } from 'node:crypto'
import { CourseVersionPublishedV1 } from '@laurel/contracts'
import { decode, type Received } from '@laurel/messaging'
import { eventRecord } from '@laurel/testing'

/** A course version of one required lesson, but for what is changed. */
export function published(change: Partial<CourseVersionPublishedV1> = {}): CourseVersionPublishedV1 {
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

/** Course versions as a handler receives them. */
export function batchOf(...versions: CourseVersionPublishedV1[]): Received<CourseVersionPublishedV1>[] {
  return versions.map((version, offset) => {
    const { key, value, headers = {} } = eventRecord(CourseVersionPublishedV1, version)
    const record = { key: Buffer.from(key!), value: Buffer.from(value!), headers, recordTime: new Date() }
    const decoded = decode({ ...record, topic: CourseVersionPublishedV1.topic, partition: 0, offset: BigInt(offset) })
    if (!decoded.ok) throw new Error(decoded.reason)
    return decoded.message as Received<CourseVersionPublishedV1>
  })
}
