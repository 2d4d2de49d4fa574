import { defineEvent, type EventDefinition } from '../define-event'
import { SAMPLE } from '../sample-ids'
import schema from './course-version-published.v1.schema.json'
import type { CourseVersionPublishedV1 as Data } from './course-version-published.v1.type'

export type CourseVersionPublishedV1 = Data

/** A course version can be enrolled in; it never changes afterwards. */
export const CourseVersionPublishedV1: EventDefinition<Data> = defineEvent<Data>({
  topic: 'course-version.published',
  type: 'course-version.published.v1',
  schema,
  key: (data) => data.course_version_id,
  samples: [
    {
      course_version_id: SAMPLE.course_version_id,
      course_id: SAMPLE.course_id,
      version: 1,
      title: 'Handling food safely',
      description: 'What everyone in a kitchen must know.',
      published_at: '2026-01-02T03:04:05.678Z',
      org_id: SAMPLE.org_id,
      lessons: [
        { lesson_id: SAMPLE.lesson_id, title: 'Washing hands', position: 0, required: true },
        { lesson_id: SAMPLE.optional_lesson_id, title: 'A history of soap', position: 1, required: false },
      ],
      quizzes: [{ quiz_id: SAMPLE.quiz_id, title: 'Final quiz', required: true, pass_threshold_percentage: 70 }],
      electives: [{ choose: 1, of: [SAMPLE.optional_lesson_id] }],
      credential: { enabled: true, validity_months: 24, credly_badge_template_id: 'food-safety' },
      hr: { course_code: 'FOOD-101', credit_hours: 1.5 },
      external_refs: [{ platform: 'graphy', external_course_id: 'food-101' }],
    },
    {
      course_version_id: SAMPLE.course_version_id,
      course_id: SAMPLE.course_id,
      version: 2,
      title: 'Handling food safely',
      published_at: '2026-02-02T03:04:05.678Z',
      lessons: [],
      quizzes: [],
    },
  ],
})
