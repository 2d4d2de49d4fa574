/** What a course version says about the credential that its completion earns. */
export interface CredentialTerms {
  readonly title: string
  readonly enabled: boolean
  /** Null: the credential never expires. */
  readonly validityMonths: number | null
  /** Null: the credential is Laurel's own alone, without a badge at Credly. */
  readonly badgeTemplateId: string | null
}

/** Who earned it, as the Directory names them. */
export interface Learner {
  readonly email: string
  readonly givenName: string
  readonly familyName: string
}

/** What a certificate says for ever, whatever becomes of the course or the learner's name. */
export interface CertificateSnapshot {
  readonly title: string
  readonly learner_name: string
  /** 0-100; absent without required quizzes. */
  readonly score?: number
}

/** A certificate as it is drawn: before it is issued, and all of it frozen from here on. */
export interface CertificateDraft {
  readonly issuedAt: Date
  readonly expiresAt: Date | null
  readonly learner: Learner
  readonly snapshot: CertificateSnapshot
}

/** Draws the certificate of a completion. `now` becomes its time of issue. */
export function draftCertificate(terms: CredentialTerms, learner: Learner, score: number | null, now: Date): CertificateDraft {
  const learner_name = `${learner.givenName} ${learner.familyName}`.trim()
  return {
    issuedAt: now,
    expiresAt: expiryOf(now, terms.validityMonths),
    learner,
    snapshot: { title: terms.title, learner_name, ...(score !== null && { score }) },
  }
}

/** Calendar months in UTC; a day that the month lacks becomes its last. */
export function expiryOf(issuedAt: Date, validityMonths: number | null): Date | null {
  if (validityMonths === null) return null
  const expiry = new Date(issuedAt)
  expiry.setUTCMonth(expiry.getUTCMonth() + validityMonths)
  // A day that the month lacks has rolled over into the next one.
  if (expiry.getUTCDate() !== issuedAt.getUTCDate()) expiry.setUTCDate(0)
  return expiry
}
