const LOWER_CASE_UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/

/**
 * True for a UUID of any version in lower case (RFC 9562 section 4). Upper case is refused because keys and
 * deterministic ids are built from the text: one fact must have one spelling.
 */
export function isUuid(text: string): boolean {
  return LOWER_CASE_UUID.test(text)
}

const UTC_DATE_TIME = /^(?:19[7-9]|[2-9]\d\d)\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/

/** True for an RFC 3339 UTC time with exactly three digits of milliseconds that exists in the calendar, years 1970-9999. */
export function isUtcDateTime(text: string): boolean {
  // Every month has a 28th; of later days the calendar is asked.
  return UTC_DATE_TIME.test(text) && (text.slice(8, 10) <= '28' || survivesRoundTrip(text))
}

function survivesRoundTrip(text: string): boolean {
  const milliseconds = Date.parse(text)
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString() === text
}

/** True for text that Postgres can store: no NUL character and no half of a surrogate pair. */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}
