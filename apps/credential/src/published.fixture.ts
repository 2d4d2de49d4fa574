import type { CourseVersionPublishedV1 } from '@laurel/contracts'
import { courseVersion } from '@laurel/testing'

/** A course version that earns a credential, but for what is changed. */
export function published(change: Partial<CourseVersionPublishedV1> = {}): CourseVersionPublishedV1 {
  return courseVersion({
    lessons: [],
    credential: { enabled: true, validity_months: 24, credly_badge_template_id: 'food-safety' },
    ...change,
  })
}
