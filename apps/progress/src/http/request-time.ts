const RFC3339 = /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/
const LAST = Date.UTC(10_000, 0) - 1

/** What `isRequestTime` asks for. */
export const REQUEST_TIME = 'must be an existing RFC 3339 time from 1970 to 9999, such as 2026-01-02T03:04:05.678Z'

/** True for an RFC 3339 time with a zone whose date exists, from 1970 to 9999 in UTC: what an event may carry. */
export function isRequestTime(value: unknown): value is string {
  if (typeof value !== 'string') return false
  const [, year, month, day] = RFC3339.exec(value) ?? []
  // Date itself takes 30 February for 2 March. Day 0 of the next month is the last of this one.
  if (year === undefined || Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return false
  const time = Date.parse(value)
  return time >= 0 && time <= LAST
}

/** The time that a request names, or now. One in the future counts as now. */
export function requestTime(text: string | undefined, now: Date): Date {
  if (text === undefined) return now
  const time = new Date(text)
  return time > now ? now : time
}
