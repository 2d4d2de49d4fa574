import { OutsideCallError, PermanentJobError, type OutsideSystem } from '@laurel/jobs'
import type { Learner } from '../domain/certificate'

/** A badge to be issued. Every attempt at it must say the same. */
export interface Badge {
  readonly templateId: string
  readonly learner: Learner
  /** Our id of the learner, by which Credly also knows a repeat. */
  readonly userId: string
  readonly issuedAt: Date
  /** Null: never. */
  readonly expiresAt: Date | null
}

/** What Credly made of a request to issue. It refuses a second badge of a template for one earner with 422. */
export type IssueResult = { readonly kind: 'issued'; readonly badgeId: string } | { readonly kind: 'refused'; readonly reason: string }

/** Credly's web API, issued badges (https://www.credly.com/docs/issued_badges). */
export class Credly {
  private readonly path: string

  constructor(
    private readonly system: OutsideSystem,
    organizationId: string,
  ) {
    this.path = `/organizations/${encodeURIComponent(organizationId)}/badges`
  }

  /** @throws as OutsideSystem.request: after an OutsideCallError the badge may be issued or not */
  async issue(badge: Badge, signal: AbortSignal): Promise<IssueResult> {
    const { learner, expiresAt } = badge
    const body = {
      recipient_email: learner.email,
      badge_template_id: badge.templateId,
      issued_at: credlyTime(badge.issuedAt),
      issued_to_first_name: learner.givenName,
      issued_to_last_name: learner.familyName,
      issuer_earner_id: badge.userId,
      // Without it the template would decide.
      expires_at: expiresAt === null ? false : credlyTime(expiresAt),
    }
    const response = await this.system.request({ method: 'POST', path: this.path, body, signal, accept: [422] })
    if (response.status === 422) return { kind: 'refused', reason: wrongAttributes(response.body) }
    const badgeId = (response.body as { data?: { id?: unknown } } | undefined)?.data?.id
    if (typeof badgeId !== 'string') throw new OutsideCallError(`credly POST ${this.path} answered without the id of a badge`)
    return { kind: 'issued', badgeId }
  }

  /** The id of the badge of this template that the earner holds; null when there is none, or it was revoked. */
  async find(email: string, templateId: string, signal: AbortSignal): Promise<string | null> {
    if (/[|]|::/.test(email + templateId))
      throw new PermanentJobError('credly cannot be asked for an address or template with | or :: in it')
    const filter = `recipient_email_all::${email}|badge_template_id::${templateId}`
    const { body } = await this.system.request({ method: 'GET', path: this.path, query: { filter }, signal })
    const found = (body as { data?: unknown } | undefined)?.data
    if (!Array.isArray(found)) throw new OutsideCallError(`credly GET ${this.path} answered without a list of badges`)
    return (found as ListedBadge[]).find((badge) => isBadgeOf(badge, email, templateId))?.id ?? null
  }
}

interface ListedBadge {
  readonly id: string
  readonly recipient_email?: string
  readonly badge_template?: { readonly id?: string }
  readonly state?: string
}

/** The filter is Credly's to apply; what it gives back becomes a learner's badge, so it is looked at again. */
function isBadgeOf(badge: ListedBadge, email: string, templateId: string): boolean {
  return (
    badge.recipient_email?.toLowerCase() === email.toLowerCase() && badge.badge_template?.id === templateId && badge.state !== 'revoked'
  )
}

/** `2014-04-01 09:41:00 +0000`, as Credly's documentation writes times. */
function credlyTime(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} +0000`
}

/** Names of the attributes that a 422 complains about, without their values. */
function wrongAttributes(body: unknown): string {
  const errors = (body as { data?: { errors?: unknown } } | undefined)?.data?.errors
  const names = Array.isArray(errors) ? (errors as { attribute?: unknown }[]).map(({ attribute }) => attribute) : []
  return names.filter((name) => typeof name === 'string').join(', ') || 'no attribute named'
}
