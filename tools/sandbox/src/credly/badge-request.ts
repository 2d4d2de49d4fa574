import type { JsonObject } from '../http/request'

/** Credly's required fields; what else a request holds is kept and given back. */
export interface BadgeRequest {
  readonly recipient_email: string
  readonly badge_template_id: string
  readonly issued_at: string
  readonly issued_to_first_name: string
  readonly issued_to_last_name: string
  readonly issuer_earner_id?: string | null
  readonly expires_at?: string | false | null
}

export interface AttributeError {
  readonly attribute: string
  readonly messages: readonly string[]
}

const EMAIL = /^[^\s@|]+@[^\s@|]+$/
/** As Credly's documentation writes it, `2014-04-01 09:41:00 -0500`, or as RFC 3339 does. */
const TIME = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d+)? ?(Z|UTC|[+-]\d{2}:?\d{2})$/

/** What is wrong with the body, attribute by attribute; empty when it is a BadgeRequest. */
export function badgeErrors(body: JsonObject): AttributeError[] {
  const errors: AttributeError[] = []
  const check = (attribute: string, ok: boolean, message: string) => {
    if (!ok) errors.push({ attribute, messages: [message] })
  }
  const { recipient_email, badge_template_id, issued_at, expires_at, issuer_earner_id } = body
  check('recipient_email', isText(recipient_email) && EMAIL.test(recipient_email), 'must be an email address')
  check('badge_template_id', isText(badge_template_id) && !badge_template_id.includes('|'), 'must be a badge template')
  check('issued_at', isTime(issued_at), 'must be a time like 2014-04-01 09:41:00 -0500')
  check('issued_to_first_name', isText(body.issued_to_first_name), "can't be blank")
  check('issued_to_last_name', isText(body.issued_to_last_name), "can't be blank")
  // `false` says that the badge never expires, null that its template decides.
  check('expires_at', expires_at == null || expires_at === false || isTime(expires_at), 'must be a time, false or null')
  check('issuer_earner_id', issuer_earner_id == null || isText(issuer_earner_id), 'must be a string')
  return errors
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

function isTime(value: unknown): boolean {
  return isText(value) && TIME.test(value) && !Number.isNaN(Date.parse(value.replace(' UTC', 'Z')))
}
