import { defineEvent, type EventDefinition } from '../define-event'
import { enrollmentKey } from '../keys'
import { SAMPLE } from '../sample-ids'
import schema from './enrollment-requested.v1.schema.json'
import type { EnrollmentRequestedV1 as Data } from './enrollment-requested.v1.type'

export type EnrollmentRequestedV1 = Data

/** Another service asks for a change of an enrollment. */
export const EnrollmentRequestedV1: EventDefinition<Data> = defineEvent<Data>({
  topic: 'enrollment.requested',
  type: 'enrollment.requested.v1',
  schema,
  key: enrollmentKey,
  samples: [
    {
      user_id: SAMPLE.user_id,
      course_version_id: SAMPLE.course_version_id,
      action: 'enroll',
      source_of_enrollment: 'catalogue',
      org_id: SAMPLE.org_id,
      due_at: '2026-06-30T23:59:59.999Z',
      requested_at: '2026-01-03T08:00:00.000Z',
    },
    {
      user_id: SAMPLE.user_id,
      course_version_id: SAMPLE.course_version_id,
      action: 'open_cycle',
      reason: 'The certificate is valid for one year.',
      requested_at: '2027-01-03T08:00:00.000Z',
    },
  ],
})
