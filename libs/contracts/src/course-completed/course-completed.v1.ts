import { defineEvent, type EventDefinition } from '../define-event'
import { completionId } from '../ids'
import { enrollmentKey } from '../keys'
import { SAMPLE } from '../sample-ids'
import schema from './course-completed.v1.schema.json'
import type { CourseCompletedV1 as Data } from './course-completed.v1.type'

export type CourseCompletedV1 = Data

/** An enrollment fulfilled the rule of its course version in a cycle. */
export const CourseCompletedV1: EventDefinition<Data> = defineEvent<Data>({
  topic: 'course.completed',
  type: 'course.completed.v1',
  schema,
  key: enrollmentKey,
  samples: [
    {
      completion_id: completionId({ ...SAMPLE, cycle: 1 }),
      user_id: SAMPLE.user_id,
      course_version_id: SAMPLE.course_version_id,
      course_id: SAMPLE.course_id,
      cycle: 1,
      completed_at: '2026-01-09T10:30:00.250Z',
      detected_at: '2026-01-09T10:30:01.000Z',
      detected_by: 'events',
      score: 85.5,
      org_id: SAMPLE.org_id,
    },
  ],
})
