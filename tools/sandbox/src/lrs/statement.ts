import { fingerprint } from '../fingerprint'
import { isObject, type JsonObject } from '../http/request'
import { isUuid } from '../uuid'

export type Statement = JsonObject & { readonly id: string; readonly timestamp?: string }

const PROPERTIES = new Set([
  'id',
  'actor',
  'verb',
  'object',
  'result',
  'context',
  'timestamp',
  'stored',
  'authority',
  'version',
  'attachments',
])
/** Inverse functional identifiers (xAPI 1.0.3, Data 4.1.2.3): an agent has exactly one. */
const IDENTIFIERS = ['mbox', 'mbox_sha1sum', 'openid', 'account']
const IRI = /^[a-z][a-z0-9+.-]*:\S+$/i
const MAILTO = /^mailto:[^\s@]+@[^\s@]+$/
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}(:?\d{2})?)$/

/**
 * What is wrong with a statement, naming the property, or null. It is the part of xAPI 1.0.3 (Data 2.2 and 2.4) that a
 * sender gets wrong: who, verb, object, ids and times. An id is demanded, where a record store may also draw one.
 */
export function statementError(value: unknown): string | null {
  if (!isObject(value)) return 'a statement must be an object'
  const unknown = Object.keys(value).find((key) => !PROPERTIES.has(key))
  if (unknown !== undefined) return `${unknown} is not a property of a statement`
  if (!isUuid(value.id)) return 'id must be a UUID'
  const nothing = pathOfNull(value)
  if (nothing !== null) return `${nothing} must not be null: leave it out`
  const { verb, timestamp } = value
  if (!isObject(verb) || !isIri(verb.id)) return 'verb.id must be an IRI'
  if (timestamp !== undefined && !isTime(timestamp)) return 'timestamp must be an RFC 3339 time with an offset'
  return actorError(value.actor) ?? objectError(value.object)
}

/**
 * What two statements with one id must share (xAPI 1.0.3, Data 2.3.1): everything but what a record store assigns. A
 * timestamp counts as the instant that it names, and only where both statements have one.
 */
export function statementDigest({ id: _id, stored: _s, authority: _a, version: _v, timestamp, ...rest }: Statement): string {
  return `${fingerprint(rest)} ${timestamp === undefined ? '' : Date.parse(timestamp)}`
}

/** Whether two digests are of one statement. */
export function sameStatement(a: string, b: string): boolean {
  const [contentA, timeA] = a.split(' ')
  const [contentB, timeB] = b.split(' ')
  return contentA === contentB && (timeA === timeB || timeA === '' || timeB === '')
}

function actorError(actor: unknown): string | null {
  if (!isObject(actor)) return 'actor must be an object'
  if (!['Agent', 'Group', undefined].includes(actor.objectType as string)) return 'actor.objectType must be Agent or Group'
  if (IDENTIFIERS.filter((name) => actor[name] !== undefined).length !== 1) {
    return `actor must have exactly one of ${IDENTIFIERS.join(', ')}`
  }
  const { mbox, account } = actor
  if (mbox !== undefined && !(typeof mbox === 'string' && MAILTO.test(mbox))) return 'actor.mbox must be a mailto: IRI'
  if (account === undefined) return null
  if (!isObject(account) || !isIri(account.homePage)) return 'actor.account.homePage must be an IRI'
  return typeof account.name === 'string' && account.name !== '' ? null : 'actor.account.name must be a non-empty string'
}

function objectError(object: unknown): string | null {
  if (!isObject(object)) return 'object must be an object'
  switch (object.objectType ?? 'Activity') {
    case 'Activity':
      return isIri(object.id) ? null : 'object.id must be an IRI'
    case 'StatementRef':
      return isUuid(object.id) ? null : 'object.id must be a UUID'
    default:
      return 'object.objectType must be Activity or StatementRef: the sandbox takes no other'
  }
}

/** The path of the first null outside extensions, where alone it is allowed. */
function pathOfNull(value: JsonObject | unknown[], path = ''): string | null {
  for (const [key, member] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`
    if (member === null) return at
    if (typeof member !== 'object' || key === 'extensions') continue
    const inside = pathOfNull(member as JsonObject, at)
    if (inside !== null) return inside
  }
  return null
}

function isIri(value: unknown): boolean {
  return typeof value === 'string' && IRI.test(value)
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value))
}
