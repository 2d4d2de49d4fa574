// Generated from the JSON Schema beside it by libs/contracts/scripts/write-types.ts: change the schema instead.

/**
 * A learner finished an attempt at a quiz.
 */
export interface QuizAttemptedV1 {
  /**
   * The learner.
   */
  user_id: string
  /**
   * The immutable version of the course.
   */
  course_version_id: string
  /**
   * The quiz.
   */
  quiz_id: string
  /**
   * Number of the attempt, counted from 1.
   */
  attempt_number: number
  /**
   * Score of the attempt, 0-100.
   */
  score: number
  /**
   * What the sender thinks; consumers recompute it from the version's threshold.
   */
  is_passed: boolean
  /**
   * When the attempt began.
   */
  started_at?: string
  /**
   * When the attempt ended.
   */
  completed_at: string
}
