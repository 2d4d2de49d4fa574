// Generated from the JSON Schema beside it by libs/contracts/scripts/write-types.ts: change the schema instead.

/**
 * Every service removes or pseudonymises what it may about a learner.
 */
export interface LearnerErasedV1 {
  /**
   * The learner.
   */
  user_id: string
  /**
   * When the erasure was decided.
   */
  erased_at: string
}
