/** Names of the three files of a demo input. */
export const FILES = { courseVersions: 'course-versions.json', enrollments: 'enrollments.csv', events: 'events.jsonl' } as const

/** Columns of enrollments.csv: the fields of enrollment.requested. */
export const ENROLLMENT_FIELDS = [
  'user_id',
  'course_version_id',
  'action',
  'source_of_enrollment',
  'org_id',
  'due_at',
  'requested_at',
] as const
