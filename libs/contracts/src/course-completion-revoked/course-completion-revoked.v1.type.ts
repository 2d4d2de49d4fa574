// Generated from the JSON Schema beside it by libs/contracts/scripts/write-types.ts: change the schema instead.

/**
 * A completion is withdrawn; final for its cycle.
 */
export interface CourseCompletionRevokedV1 {
  /**
   * The completion that is withdrawn.
   */
  completion_id: string
  /**
   * The learner.
   */
  user_id: string
  /**
   * The immutable version of the course.
   */
  course_version_id: string
  /**
   * Recertification cycle, counted from 1.
   */
  cycle: number
  /**
   * Why, in words.
   */
  reason: string
  /**
   * When it was withdrawn.
   */
  revoked_at: string
}
