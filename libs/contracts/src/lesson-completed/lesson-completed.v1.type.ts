// Generated from the JSON Schema beside it by libs/contracts/scripts/write-types.ts: change the schema instead.

/**
 * A learner finished a lesson.
 */
export interface LessonCompletedV1 {
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
   * When the lesson was finished.
   */
  completed_at: string
}
