import { Refused, problem } from '../http/reply'
import type { JsonObject } from '../http/request'

export interface TokenRequest {
  readonly sub: string
  readonly orgId?: string
  readonly roles: readonly string[]
  /** Seconds; a negative number makes a token that has expired already. */
  readonly expiresIn: number
  readonly iss: string
  readonly aud: string | readonly string[]
}

const DEFAULT_LIFETIME_SECONDS = 3600
const LONGEST_LIFETIME_SECONDS = 366 * 24 * 3600

/**
 * Reads `{sub, org_id?, roles, expires_in?, iss?, aud?}`; the last two default to the real issuer and audience and
 * exist so that tests can ask for a token that must be refused.
 *
 * @throws Refused with 400 that names the field.
 */
export function readTokenRequest(body: JsonObject): TokenRequest {
  const { sub, org_id, roles, expires_in = DEFAULT_LIFETIME_SECONDS } = body
  const { iss = 'https://iam.laurel.example', aud = 'laurel' } = body
  if (!isText(sub)) throw wrong('sub', 'must be a non-empty string: the user id')
  if (org_id !== undefined && org_id !== null && !isText(org_id)) throw wrong('org_id', 'must be a non-empty string')
  if (!isTextList(roles)) throw wrong('roles', 'must be an array of strings')
  if (!Number.isInteger(expires_in) || Math.abs(expires_in as number) > LONGEST_LIFETIME_SECONDS) {
    throw wrong('expires_in', `must be a whole number of seconds, at most ${LONGEST_LIFETIME_SECONDS} either way`)
  }
  if (!isText(iss)) throw wrong('iss', 'must be a non-empty string')
  if (!isText(aud) && !isTextList(aud)) throw wrong('aud', 'must be a string or an array of strings')
  return { sub, ...(isText(org_id) && { orgId: org_id }), roles, expiresIn: expires_in as number, iss, aud }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText)
}

function wrong(field: string, must: string): Refused {
  return new Refused(problem(400, `${field} ${must}`, field))
}
