const RFC3339 = /^(\d{4}-(?:0[1-9]|1[0-2])-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/** True for an RFC 3339 time with a zone whose date the calendar has. Leap seconds are refused, as Date knows none. */
export function isRfc3339(text: string): boolean {
  const date = RFC3339.exec(text)?.[1]
  if (date === undefined) return false
  // Date itself takes 30 February for 2 March.
  const day = Date.parse(`${date}T00:00:00.000Z`)
  return !Number.isNaN(day) && new Date(day).toISOString().startsWith(date)
}
