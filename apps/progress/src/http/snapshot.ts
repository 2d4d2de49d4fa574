/** Bytes of JSON that are kept of what was answered in one attempt. */
export const SNAPSHOT_BYTES = 65_536

/** True for a JSON object that is small enough to keep and that jsonb can hold: it takes neither NUL nor half of a surrogate pair. */
export function isSnapshot(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const isStorable = (text: string) => !text.includes('\u0000') && text.isWellFormed()
  let holdsOther = false
  try {
    const json = JSON.stringify(value, (key, inner: unknown) => {
      if (!isStorable(key) || (typeof inner === 'string' && !isStorable(inner))) holdsOther = true
      return inner
    })
    return !holdsOther && Buffer.byteLength(json) <= SNAPSHOT_BYTES
  } catch {
    return false // nested so deeply that it cannot be walked
  }
}
