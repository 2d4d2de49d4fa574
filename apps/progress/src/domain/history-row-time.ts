const RFC3339 = /^\d{4}-(0[1-9]|1[0-2])-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/**
 * An RFC 3339 time with any zone as events write it: UTC with milliseconds, 2026-01-02T03:04:05.678Z. Anything else, a
 * date that the calendar does not have among it, comes back as it was, for the contract to refuse.
 */
export function asUtc(value: unknown): unknown {
  if (typeof value !== 'string' || !RFC3339.test(value)) return value
  // Date itself takes 30 February for 2 March.
  const day = Date.parse(`${value.slice(0, 10)}T00:00:00.000Z`)
  if (Number.isNaN(day) || !new Date(day).toISOString().startsWith(value.slice(0, 10))) return value
  return new Date(value).toISOString()
}
