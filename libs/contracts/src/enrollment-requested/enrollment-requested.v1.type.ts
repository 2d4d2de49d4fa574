// Generated from the JSON Schema beside it by libs/contracts/scripts/write-types.ts: change the schema instead.

/**
 * Another service asks for a change of an enrollment.
 */
export interface EnrollmentRequestedV1 {
  /**
   * The learner.
   */
  user_id: string
  /**
   * The immutable version of the course.
   */
  course_version_id: string
  /**
   * What is asked for.
   */
  action: 'enroll' | 'cancel' | 'revoke' | 'reactivate' | 'open_cycle'
  /**
   * Where the enrollment came from, for example a campaign.
   */
  source_of_enrollment?: string
  /**
   * The organisation the learner is enrolled by.
   */
  org_id?: string
  /**
   * When the course should be complete.
   */
  due_at?: string
  /**
   * Why it is asked for, in words.
   */
  reason?: string
  /**
   * When it was asked for; a request older than the last one applied is ignored.
   */
  requested_at: string
}
