// Generated from the JSON Schema beside it by libs/contracts/scripts/write-types.ts: change the schema instead.

/**
 * A course version can be enrolled in; it never changes afterwards.
 */
export interface CourseVersionPublishedV1 {
  /**
   * The immutable version of the course.
   */
  course_version_id: string
  /**
   * The course this is a version of.
   */
  course_id: string
  /**
   * Number of the version within its course.
   */
  version: number
  /**
   * Name of the course as learners see it.
   */
  title: string
  /**
   * What the course is about.
   */
  description?: string
  /**
   * When the version was published.
   */
  published_at: string
  /**
   * The organisation that owns the course; absent when it is open to all.
   */
  org_id?: string
  /**
   * Every lesson, required or optional.
   *
   * @maxItems 5000
   */
  lessons: {
    /**
     * The lesson.
     */
    lesson_id: string
    /**
     * Name of the lesson.
     */
    title: string
    /**
     * Place of the lesson in the course, counted from 0.
     */
    position: number
    /**
     * Whether the course is complete only with this lesson.
     */
    required: boolean
  }[]
  /**
   * Every quiz, required or optional.
   *
   * @maxItems 1000
   */
  quizzes: {
    /**
     * The quiz.
     */
    quiz_id: string
    /**
     * Name of the quiz.
     */
    title: string
    /**
     * Whether the course is complete only when this quiz is passed.
     */
    required: boolean
    /**
     * Lowest score (0-100) that passes.
     */
    pass_threshold_percentage: number
  }[]
  /**
   * Groups of items of which some must be done.
   *
   * @maxItems 100
   */
  electives?: {
    /**
     * How many of the group must be done.
     */
    choose: number
    /**
     * Ids of the lessons and quizzes in the group.
     *
     * @maxItems 6000
     */
    of: string[]
  }[]
  /**
   * What a completion earns.
   */
  credential?: {
    /**
     * Whether a completion earns a credential.
     */
    enabled: boolean
    /**
     * Months from issue to expiry; absent means it never expires.
     */
    validity_months?: number
    /**
     * The badge template at Credly.
     */
    credly_badge_template_id?: string
  }
  /**
   * What HR systems need to record a completion.
   */
  hr?: {
    /**
     * The course's code in HR systems.
     */
    course_code: string
    /**
     * Training hours credited.
     */
    credit_hours?: number
  }
  /**
   * The same course on external platforms.
   *
   * @maxItems 100
   */
  external_refs?: {
    /**
     * Name of the platform, for example graphy.
     */
    platform: string
    /**
     * The platform's id of the course.
     */
    external_course_id: string
  }[]
}
