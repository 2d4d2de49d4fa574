const LOWER_CASE_UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/

/**
 * True for a UUID of any version in lower case (RFC 9562 section 4). Upper case is refused because keys and
 * deterministic ids are built from the text: one fact must have one spelling.
 */
export function isUuid(text: string): boolean {
  return LOWER_CASE_UUID.test(text)
}

/** True for an RFC 3339 UTC time with exactly three digits of milliseconds that exists in the calendar, years 1970-9999. */
export function isUtcDateTime(text: string): boolean {
  // The length bounds the work on hostile input; only the canonical spelling survives the round trip.
  if (text.length !== 24) return false
  const milliseconds = Date.parse(text)
  return milliseconds >= 0 && new Date(milliseconds).toISOString() === text
}

/** True for text that Postgres can store: no NUL character and no half of a surrogate pair. */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}
