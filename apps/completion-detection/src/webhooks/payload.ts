/** A body that is not what its platform sends. The message names the field and never holds its value: that may be a learner's. */
export class PayloadError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'PayloadError'
  }
}

export type JsonObject = Readonly<Record<string, unknown>>

/** Ids and addresses are kept and compared: what is longer, or holds what Postgres refuses in a text, is none. */
const MAX_TEXT = 255

export function readJson(body: Buffer | string): unknown {
  try {
    return JSON.parse(body.toString()) as unknown
  } catch {
    // The parser's own message quotes the body.
    throw new PayloadError('the body must be JSON')
  }
}

export function readObject(value: unknown, field: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw new PayloadError(`${field} must be an object`)
}

export function readList(value: unknown, field: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new PayloadError(`${field} must be a list`)
}

/** What may be a list, or one of its elements alone. */
export function oneOrMany(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}

/** An id, which some platforms send as a number, as text. */
export function readId(value: unknown, field: string): string {
  const id = optionalId(value, field)
  if (id === undefined) throw new PayloadError(`${field} must be an id`)
  return id
}

/** The same, where null, a missing field and an empty text say that there is none. */
export function optionalId(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  return readText(value, field)
}

/** An e-mail address as the platform writes it; undefined for null, a missing field and an empty text. */
export function optionalEmail(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  return readText(value, field).trim()
}

/** A number, or a number written as a text. */
export function readNumber(value: unknown, field: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && Number.isFinite(number)) return number
  throw new PayloadError(`${field} must be a number`)
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})$/

/** An RFC 3339 time with a zone; null for null and a missing field. */
export function optionalTime(value: unknown, field: string): Date | null {
  if (value === undefined || value === null) return null
  const time = typeof value === 'string' && TIME.test(value) ? new Date(value) : null
  if (time === null || Number.isNaN(time.getTime())) throw new PayloadError(`${field} must be an RFC 3339 time with a zone`)
  return time
}

/** Who is meant: at least one of address and id. */
export function readLearner(email: string | undefined, externalId: string | undefined, field: string) {
  if (email === undefined && externalId === undefined) throw new PayloadError(`${field} must name the learner by e-mail or id`)
  return { ...(email === undefined ? {} : { email }), ...(externalId === undefined ? {} : { externalId }) }
}

function readText(value: unknown, field: string): string {
  if (typeof value === 'string' && value.length <= MAX_TEXT && !value.includes('\0')) return value
  throw new PayloadError(`${field} must be a text of at most ${MAX_TEXT} characters`)
}
