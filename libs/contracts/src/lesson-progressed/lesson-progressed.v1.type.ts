// Generated from the JSON Schema beside it by libs/contracts/scripts/write-types.ts: change the schema instead.

/**
 * A learner got further in a lesson.
 */
export interface LessonProgressedV1 {
  /**
   * The learner.
   */
  user_id: string
  /**
   * The immutable version of the course.
   */
  course_version_id: string
  /**
   * The lesson.
   */
  lesson_id: string
  /**
   * How much of the lesson is done, 0-100.
   */
  progress_percentage: number
  /**
   * When it happened.
   */
  occurred_at: string
}
