import type { Recorded } from '../ledger/effect-log'
import { uuidOf } from '../uuid'
import type { BadgeRequest } from './badge-request'

/** What the ledger keeps of an issued badge: the request and the organization that issued it. */
export type IssuedBadge = BadgeRequest & { readonly organization_id: string }

/** One earner, by address, and one template: Credly issues no second badge for them. */
export function badgeKey(email: string, template: string): string {
  return `${email.toLowerCase()}|${template}`
}

/** The issuer's own number for the earner, and one template: no second badge for them either. */
export function earnerKey(earner: string, template: string): string {
  return `earner:${earner}|${template}`
}

/** A badge as the web API shows it. */
export function badgeView({ key, at }: Pick<Recorded, 'key' | 'at'>, badge: IssuedBadge): Record<string, unknown> {
  const id = uuidOf(`credly|${key}`)
  const created = new Date(at).toISOString()
  const { organization_id, badge_template_id, expires_at, issuer_earner_id, ...rest } = badge
  return {
    ...rest,
    id,
    issued_to: `${badge.issued_to_first_name} ${badge.issued_to_last_name}`,
    issuer_earner_id: issuer_earner_id ?? null,
    expires_at: expires_at || null,
    state: 'pending',
    badge_template: { id: badge_template_id },
    issuer: { entities: [{ primary: true, entity: { type: 'Organization', id: organization_id } }] },
    badge_url: `https://credly.example/badges/${id}`,
    accept_badge_url: `https://credly.example/badges/${id}/accept`,
    created_at: created,
    state_updated_at: created,
  }
}
