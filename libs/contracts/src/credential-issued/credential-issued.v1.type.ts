// Generated from the JSON Schema beside it by libs/contracts/scripts/write-types.ts: change the schema instead.

/**
 * A credential was issued for a completion.
 */
export interface CredentialIssuedV1 {
  /**
   * Identity of the certificate: random, drawn once.
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
   * The completion that earned it.
   */
  completion_id: string
  /**
   * When it was issued.
   */
  issued_at: string
  /**
   * When it expires; absent means never.
   */
  expires_at?: string
}
