import { isRfc3339 } from './rfc3339'

/**
 * An RFC 3339 time with any zone as events write it: UTC with milliseconds, 2026-01-02T03:04:05.678Z. Anything else, a
 * date that the calendar does not have among it, comes back as it was, for the contract to refuse.
 */
export function asUtc(value: unknown): unknown {
  return typeof value === 'string' && isRfc3339(value) ? new Date(value).toISOString() : value
}
