import { defineEvent, type EventDefinition } from '../define-event'
import { completionId } from '../ids'
import { enrollmentKey } from '../keys'
import { SAMPLE } from '../sample-ids'
import schema from './course-completion-revoked.v1.schema.json'
import type { CourseCompletionRevokedV1 as Data } from './course-completion-revoked.v1.type'

export type CourseCompletionRevokedV1 = Data

/** A completion is withdrawn; final for its cycle. */
export const CourseCompletionRevokedV1: EventDefinition<Data> = defineEvent<Data>({
  topic: 'course.completion-revoked',
  type: 'course.completion-revoked.v1',
  schema,
  key: enrollmentKey,
  samples: [
    {
      completion_id: completionId({ ...SAMPLE, cycle: 1 }),
      user_id: SAMPLE.user_id,
      course_version_id: SAMPLE.course_version_id,
      cycle: 1,
      reason: 'The quiz was taken by somebody else.',
      revoked_at: '2026-03-01T12:00:00.000Z',
    },
  ],
})
