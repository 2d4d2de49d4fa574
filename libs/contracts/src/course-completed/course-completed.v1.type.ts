// Generated from the JSON Schema beside it by libs/contracts/scripts/write-types.ts: change the schema instead.

/**
 * An enrollment fulfilled the rule of its course version in a cycle.
 */
export interface CourseCompletedV1 {
  /**
   * Identity of the completion: UUIDv5 of course version, learner and cycle.
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
   * The course this is a version of.
   */
  course_id: string
  /**
   * Recertification cycle, counted from 1.
   */
  cycle: number
  /**
   * Event time of the item that completed it, frozen with the decision.
   */
  completed_at: string
  /**
   * When the decision fell.
   */
  detected_at: string
  /**
   * What led to the decision.
   */
  detected_by: 'events' | 'webhook' | 'checker' | 'manual'
  /**
   * Mean of the best attempts at the required quizzes, 0-100; absent without required quizzes.
   */
  score?: number
  /**
   * The organisation the learner is enrolled by.
   */
  org_id?: string
}
