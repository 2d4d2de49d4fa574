import type { EffectLog, Recorded } from '../ledger/effect-log'
import { badgeKey, type IssuedBadge } from './badge'

/** The conditions of Credly's `filter` parameter, `key::value|key::value`. */
export type BadgeFilter = ReadonlyMap<string, string>

const CONDITIONS: Record<string, (badge: IssuedBadge, value: string) => boolean> = {
  recipient_email: (badge, value) => badge.recipient_email.toLowerCase() === value.toLowerCase(),
  recipient_email_all: (badge, value) => badge.recipient_email.toLowerCase() === value.toLowerCase(),
  badge_template_id: (badge, value) => badge.badge_template_id === value,
  issuer_earner_id: (badge, value) => badge.issuer_earner_id === value,
  state: (_badge, value) => value.split(',').includes('pending'),
}

/** Returns the filter, or the first condition that the sandbox does not know: it ignores none silently. */
export function parseFilter(text: string): BadgeFilter | { unknown: string } {
  const filter = new Map<string, string>()
  for (const condition of text === '' ? [] : text.split('|')) {
    const [key = '', value] = condition.split(/::(.*)/s)
    if (!Object.hasOwn(CONDITIONS, key) || value === undefined) return { unknown: condition }
    filter.set(key, value)
  }
  return filter
}

/** The organization's badges that meet every condition, oldest first; O(1) when earner and template are given. */
export function findBadges(log: EffectLog, organization: string, filter: BadgeFilter): [Recorded, IssuedBadge][] {
  const found: [Recorded, IssuedBadge][] = []
  for (const record of candidates(log, filter)) {
    const badge = log.body(record) as IssuedBadge
    const meets = [...filter].every(([key, value]) => CONDITIONS[key]!(badge, value))
    if (meets && badge.organization_id === organization) found.push([record, badge])
  }
  return found
}

function candidates(log: EffectLog, filter: BadgeFilter): readonly Recorded[] {
  const email = filter.get('recipient_email_all') ?? filter.get('recipient_email')
  const template = filter.get('badge_template_id')
  if (email === undefined || template === undefined) return log.all()
  const record = log.find(badgeKey(email, template))
  return record === undefined ? [] : [record]
}
