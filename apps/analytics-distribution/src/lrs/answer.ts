/** What a learning record store's answer to a batch of statements means. */
export type Answer =
  /** It has them all. */
  | { readonly kind: 'stored' }
  /** It refuses the batch for something in it and stored nothing of it: the same batch will not fare better. */
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }
  /** It asks for patience. */
  | { readonly kind: 'later'; readonly delayMs: number }
  /** It did not answer, or not as it should; what became of the batch is unknown. */
  | { readonly kind: 'unavailable'; readonly reason: string }

export interface HttpAnswer {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly text: string
}

/**
 * Statuses that speak of the statements (xAPI 1.0.3, Communication 2.1.2 and 3.2). Of the others a 4xx speaks of the
 * address or the credentials, so that it would be wrong to hold it against statements.
 */
const ABOUT_STATEMENTS = [400, 409, 413, 422]
const DEFAULT_LATER_MS = 5_000
const SHORTEST_LATER_MS = 100
const LONGEST_LATER_MS = 600_000
const REASON_CHARACTERS = 500

/** @param statementIds those that were sent; a 200 counts only when it lists them all (Communication 2.1.2) */
export function answerOf({ status, retryAfter, text }: HttpAnswer, statementIds: readonly string[], now: Date): Answer {
  if (status === 204 || (status === 200 && listsAll(text, statementIds))) return { kind: 'stored' }
  if (status === 200)
    return { kind: 'unavailable', reason: 'answered 200 without the ids of the statements: is LRS_URL a learning record store?' }
  if (ABOUT_STATEMENTS.includes(status)) return { kind: 'refused', status, reason: `answered ${status}: ${storable(text)}` }
  if (status === 429) return { kind: 'later', delayMs: retryAfterMs(retryAfter, now) }
  if (status === 401 || status === 403) return { kind: 'unavailable', reason: `answered ${status}: check LRS_USERNAME and LRS_PASSWORD` }
  if (status >= 300 && status < 500 && status !== 408) return { kind: 'unavailable', reason: `answered ${status}: check LRS_URL` }
  return { kind: 'unavailable', reason: `answered ${status}` }
}

function listsAll(text: string, statementIds: readonly string[]): boolean {
  const ids = parsed(text)
  if (!Array.isArray(ids)) return false
  const stored = new Set(ids.map((id) => String(id).toLowerCase()))
  return statementIds.every((id) => stored.has(id))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** RFC 9110, section 10.2.3: seconds or a date. */
function retryAfterMs(header: string | undefined, now: Date): number {
  const value = header?.trim() ?? ''
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now.getTime()
  return Number.isNaN(ms) ? DEFAULT_LATER_MS : Math.min(Math.max(ms, SHORTEST_LATER_MS), LONGEST_LATER_MS)
}

/** Text from outside, as Postgres can hold it: no NUL, no half of a surrogate pair. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD').slice(0, REASON_CHARACTERS).toWellFormed()
}
