import type { Reply } from '../http/reply'
import { basicCredentials, objectBody, type Request } from '../http/request'
import type { Route } from '../http/router'
import type { EffectLog } from '../ledger/effect-log'
import { badgeKey, badgeView, earnerKey, type IssuedBadge } from './badge'
import { badgeErrors, type AttributeError, type BadgeRequest } from './badge-request'
import { findBadges, parseFilter } from './find-badges'

const PATH = '/credly/v1/organizations/:organization/badges'
const PAGE_SIZE = 50

/**
 * The part of Credly's web API that issues and lists badges (https://www.credly.com/docs/issued_badges): Basic auth
 * with the authorization token as user name, and no second badge of a template for the same address or earner id.
 */
export function credlyRoutes(log: EffectLog): Route[] {
  return [
    { method: 'POST', path: PATH, target: 'credly', answer: (request) => authorized(request) ?? issue(log, request) },
    { method: 'GET', path: PATH, target: 'credly', answer: (request) => authorized(request) ?? list(log, request) },
  ]
}

function authorized(request: Request): Reply | null {
  if (basicCredentials(request) !== null) return null
  const headers = { 'www-authenticate': 'Basic realm="credly"' }
  return { status: 401, headers, body: { data: { message: 'Send the authorization token as the Basic user name.' } } }
}

function unprocessable(message: string, errors: readonly AttributeError[]): Reply {
  return { status: 422, body: { data: { message, errors } } }
}

function issue(log: EffectLog, request: Request): Reply {
  const body = objectBody(request)
  const errors = badgeErrors(body)
  if (errors.length > 0) {
    const reasons = errors.map(({ attribute, messages }) => `${attribute} ${messages.join(', ')}`)
    return unprocessable(`The badge is not valid: ${reasons.join('; ')}.`, errors)
  }
  const wanted = body as unknown as BadgeRequest
  const { recipient_email, badge_template_id, issuer_earner_id } = wanted
  const key = badgeKey(recipient_email, badge_template_id)
  const alias = issuer_earner_id ? earnerKey(issuer_earner_id, badge_template_id) : undefined
  if (log.find(key) !== undefined) return alreadyIssued('recipient_email')
  if (alias !== undefined && log.find(alias) !== undefined) return alreadyIssued('issuer_earner_id')
  const badge: IssuedBadge = { ...wanted, organization_id: request.params.organization! }
  log.record([{ key, alias, body: badge }])
  return { status: 201, body: { data: badgeView(log.find(key)!, badge) } }
}

function alreadyIssued(attribute: string): Reply {
  const message = 'has already been issued a badge of this badge template'
  return unprocessable(`The earner ${message}.`, [{ attribute, messages: [message] }])
}

function list(log: EffectLog, { query, params, path, headers }: Request): Reply {
  const filter = parseFilter(query.get('filter') ?? '')
  if ('unknown' in filter) return unprocessable(`The filter ${filter.unknown} is not known.`, [])
  const page = Number(query.get('page') ?? 1)
  if (!Number.isInteger(page) || page < 1) return unprocessable('page must be a whole number from 1.', [])
  const found = findBadges(log, params.organization!, filter)
  const data = found.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE).map(([record, badge]) => badgeView(record, badge))
  const total_pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE))
  const urlOf = (other: number) => {
    if (other < 1 || other > total_pages) return null
    const parameters = new URLSearchParams(query)
    parameters.set('page', String(other))
    return `http://${headers.host}${path}?${parameters.toString()}`
  }
  const metadata = {
    count: data.length,
    current_page: page,
    total_count: found.length,
    total_pages,
    per: PAGE_SIZE,
    previous_page_url: urlOf(page - 1),
    next_page_url: urlOf(page + 1),
  }
  return { status: 200, body: { data, metadata } }
}
