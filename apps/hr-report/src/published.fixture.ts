import type { CourseVersionPublishedV1 } from '@laurel/contracts'
import { courseVersion } from '@laurel/testing'

/** A course version that HR systems know, but for what is changed. */
export function published(change: Partial<CourseVersionPublishedV1> = {}): CourseVersionPublishedV1 {
  return courseVersion({ lessons: [], hr: { course_code: 'FOOD-101', credit_hours: 1.5 }, ...change })
}
