// Generated from the JSON Schema beside it by libs/contracts/scripts/write-types.ts: change the schema instead.

/**
 * A credential is withdrawn.
 */
export interface CredentialRevokedV1 {
  /**
   * Identity of the certificate.
   */
  certificate_uid: string
  /**
   * The learner.
   */
  user_id: string
  /**
   * The immutable version of the course.
   */
  course_version_id: string
  /**
   * The completion that had earned it.
   */
  completion_id: string
  /**
   * When it was withdrawn.
   */
  revoked_at: string
  /**
   * Why, in words.
   */
  reason?: string
}
