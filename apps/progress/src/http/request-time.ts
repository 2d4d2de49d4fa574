import { isRfc3339 } from '../domain/rfc3339'

const LAST = Date.UTC(10_000, 0) - 1

/** What `isRequestTime` asks for. */
export const REQUEST_TIME = 'must be an existing RFC 3339 time from 1970 to 9999, such as 2026-01-02T03:04:05.678Z'

/** True for an RFC 3339 time with a zone whose date exists, from 1970 to 9999 in UTC: what an event may carry. */
export function isRequestTime(value: unknown): value is string {
  if (typeof value !== 'string' || !isRfc3339(value)) return false
  const time = Date.parse(value)
  return time >= 0 && time <= LAST
}

/** The time that a request names, or now. One in the future counts as now. */
export function requestTime(text: string | undefined, now: Date): Date {
  if (text === undefined) return now
  const time = new Date(text)
  return time > now ? now : time
}
