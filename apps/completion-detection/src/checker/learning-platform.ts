/** What a platform says of a learner in one of its courses. */
export interface Standing {
  /** The platform's own id of the learner. */
  readonly externalLearnerId: string
  readonly isComplete: boolean
  /** The platform's date of the completion; null when it gives none. */
  readonly completedAt: Date | null
  /** What it said of the course, as JSON; it names the learner by the platform's id alone. */
  readonly evidence: string
}

/** An external platform that can be asked how far a learner is. */
export interface LearningPlatform {
  /**
   * @returns null when the platform knows no such learner, or not in this course
   * @throws PostponeJobError while the platform is away or asks to wait: nothing is to be asked of it for now
   * @throws any other error when this one question failed
   */
  standing(email: string, externalCourseId: string, signal: AbortSignal): Promise<Standing | null>
}
