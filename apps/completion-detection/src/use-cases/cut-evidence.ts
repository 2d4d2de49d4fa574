import { createHash } from 'node:crypto'

const LIMIT = 5_000

/**
 * Evidence as it is kept: whole where it has at most 5,000 characters, else its beginning, a marker, and the SHA-256 of
 * the whole (UTF-8, hex), by which the platform's answer can be told to be the same.
 */
export function cutEvidence(whole: string): string {
  if (whole.length <= LIMIT) return whole
  const marker = `… [cut from ${whole.length} characters, sha256 ${createHash('sha256').update(whole).digest('hex')}]`
  const head = whole.slice(0, LIMIT - marker.length)
  // Never half of a surrogate pair, which is no text for the database.
  return (head.isWellFormed() ? head : head.slice(0, -1)) + marker
}
