/** What an HTTP status means for the job that asked: done, not now, may work again, or never. */
export type Verdict =
  | { readonly kind: 'ok' }
  | { readonly kind: 'later'; readonly delayMs: number }
  | { readonly kind: 'outage' }
  | { readonly kind: 'refused' }

const DEFAULT_LATER_MS = 5_000
const MIN_LATER_MS = 1_000
const MAX_LATER_MS = 3_600_000

/**
 * 2xx is ok; 429 is later, when Retry-After says (RFC 9110 section 10.2.3: seconds or a date; 5 s without it, an hour at
 * most); 408 and 5xx are an outage; all else, redirects among them, is refused: the same request will not fare better.
 */
export function verdictOf(status: number, retryAfter: string | undefined, now: Date): Verdict {
  if (status >= 200 && status < 300) return { kind: 'ok' }
  if (status === 429) return { kind: 'later', delayMs: retryAfterMs(retryAfter, now) }
  if (status === 408 || status >= 500) return { kind: 'outage' }
  return { kind: 'refused' }
}

function retryAfterMs(header: string | undefined, now: Date): number {
  const value = header?.trim()
  if (!value) return DEFAULT_LATER_MS
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now.getTime()
  if (Number.isNaN(ms)) return DEFAULT_LATER_MS
  return Math.min(Math.max(ms, MIN_LATER_MS), MAX_LATER_MS)
}
