import type { EnrollmentStatus } from './enrollment'
import { lessonToResume } from './resume'

/** Lessons a, b, c in this order, whose ordinals are not their order. */
const lessons = [
  { id: 'a', ordinal: 2 },
  { id: 'b', ordinal: 0 },
  { id: 'c', ordinal: 1 },
]

const resumed = (accesses: Record<string, number>, done: string = '', status: EnrollmentStatus = 'active') =>
  lessonToResume(
    status,
    lessons,
    (ordinal) => done.includes(lessons.find((lesson) => lesson.ordinal === ordinal)!.id),
    Object.entries(accesses).map(([lessonId, at]) => ({ lessonId, lastAccessedAt: new Date(at) })),
  )?.id ?? null

describe('lessonToResume', () => {
  it.each<[string, Record<string, number>, string, string | null]>([
    ['the first of all, when none was opened', {}, '', 'a'],
    ['the first in the course that is not done, when none of those was opened', { a: 9 }, 'a', 'b'],
    ['the one opened last', { a: 1, c: 2 }, '', 'c'],
    ['the one opened last of those not done', { a: 1, b: 5, c: 9 }, 'c', 'b'],
    ['an opened one before one that comes first but was never opened', { c: 1 }, '', 'c'],
    ['one opened in 1970', { b: 0 }, '', 'b'],
    ['the first in the course of those opened at one time', { c: 4, b: 4 }, '', 'b'],
    ['none, when all are done', { a: 1, b: 2, c: 3 }, 'abc', null],
    ['the first not done, when a lesson that the course does not have was opened last', { z: 9 }, '', 'a'],
  ])('is %s', (_, accesses, done, expected) => {
    expect(resumed(accesses, done)).toBe(expected)
  })

  it('is none when the enrollment is completed, and the same as ever when it is closed', () => {
    expect(resumed({ b: 1 }, '', 'completed')).toBeNull()
    expect(resumed({ b: 1 }, '', 'cancelled_by_user')).toBe('b')
    expect(resumed({ b: 1 }, '', 'revoked_by_admin')).toBe('b')
  })

  it('is none in a course without lessons', () => {
    expect(lessonToResume('active', [], () => false, [])).toBeNull()
  })
})
