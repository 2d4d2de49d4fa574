import { FIRST_CYCLE_STARTED_AT } from '../cloud-event'
import { defineEvent, type EventDefinition } from '../define-event'
import { enrollmentKey } from '../keys'
import { SAMPLE } from '../sample-ids'
import schema from './enrollment-changed.v1.schema.json'
import type { EnrollmentChangedV1 as Data } from './enrollment-changed.v1.type'

export type EnrollmentChangedV1 = Data

/** The state of an enrollment after a change; the highest revision wins. */
export const EnrollmentChangedV1: EventDefinition<Data> = defineEvent<Data>({
  topic: 'enrollment.changed',
  type: 'enrollment.changed.v1',
  schema,
  key: enrollmentKey,
  samples: [
    {
      user_id: SAMPLE.user_id,
      course_version_id: SAMPLE.course_version_id,
      revision: 1_767_427_200_123_456,
      status: 'active',
      cycle: 1,
      cycle_started_at: FIRST_CYCLE_STARTED_AT,
      enrolled_at: '2026-01-03T08:00:00.000Z',
    },
    {
      user_id: SAMPLE.user_id,
      course_version_id: SAMPLE.course_version_id,
      revision: 1_768_000_000_123_456,
      status: 'completed',
      cycle: 1,
      cycle_started_at: FIRST_CYCLE_STARTED_AT,
      enrolled_at: '2026-01-03T08:00:00.000Z',
      started_at: '2026-01-04T09:00:00.000Z',
      completed_at: '2026-01-09T10:30:00.250Z',
      due_at: '2026-06-30T23:59:59.999Z',
      source_of_enrollment: 'catalogue',
      org_id: SAMPLE.org_id,
    },
  ],
})
