// Generated from the JSON Schema beside it by libs/contracts/scripts/write-types.ts: change the schema instead.

/**
 * The state of an enrollment after a change; the highest revision wins.
 */
export interface EnrollmentChangedV1 {
  /**
   * The learner.
   */
  user_id: string
  /**
   * The immutable version of the course.
   */
  course_version_id: string
  /**
   * Grows with every change of the enrollment: microseconds since 1970, or the last revision + 1.
   */
  revision: number
  /**
   * State after the change.
   */
  status: 'active' | 'completed' | 'cancelled_by_user' | 'revoked_by_admin'
  /**
   * Recertification cycle, counted from 1.
   */
  cycle: number
  /**
   * When the cycle started; the first cycle's is 1970-01-01T00:00:00.000Z.
   */
  cycle_started_at: string
  /**
   * When the learner was enrolled.
   */
  enrolled_at: string
  /**
   * When the learner first did something in the cycle.
   */
  started_at?: string
  /**
   * When the cycle was completed.
   */
  completed_at?: string
  /**
   * When the course should be complete.
   */
  due_at?: string
  /**
   * Where the enrollment came from, for example a campaign.
   */
  source_of_enrollment?: string
  /**
   * The organisation the learner is enrolled by.
   */
  org_id?: string
}
