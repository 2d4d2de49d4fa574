/**
 * What a learner has done in one course version, by the ordinals of its rule: when each item was done first, and the
 * best score at each quiz. Two byte strings, so that an enrollment is one row whatever the number of items, and a batch
 * decodes only what it touches.
 *
 * doneAt: 6 bytes per item, big-endian epoch milliseconds + 1, 0 while the item is not done.
 * scores: 8 bytes per item, big-endian IEEE 754 double, NaN without an attempt; empty until the first quiz attempt.
 */
export interface Evidence {
  readonly doneAt: Buffer
  readonly scores: Buffer
}

/** One thing a learner did. A quiz attempt carries its score; `at` (epoch milliseconds) is null when it did not pass. */
export interface DoneItem {
  readonly ordinal: number
  readonly at: number | null
  readonly score?: number
}

const SLOT = 6
const SCORE = 8

export const NO_EVIDENCE: Evidence = { doneAt: Buffer.alloc(0), scores: Buffer.alloc(0) }

export function doneAt(evidence: Evidence, ordinal: number): number | null {
  const at = ordinal * SLOT
  if (at + SLOT > evidence.doneAt.length) return null
  const stored = evidence.doneAt.readUIntBE(at, SLOT)
  return stored === 0 ? null : stored - 1
}

export function bestScore(evidence: Evidence, ordinal: number): number | null {
  const at = ordinal * SCORE
  if (at + SCORE > evidence.scores.length) return null
  const score = evidence.scores.readDoubleBE(at)
  return Number.isNaN(score) ? null : score
}

/**
 * Adds what was done: the earliest time and the best score win, so any order and any repetition of the same items gives
 * the same evidence. Returns the very same object when nothing new was among them.
 */
export function withItems(evidence: Evidence, items: readonly DoneItem[]): Evidence {
  let { doneAt: times, scores } = evidence
  for (const item of items) {
    if (item.at !== null && isEarlier(item.at, doneAt({ doneAt: times, scores }, item.ordinal))) {
      times = writable(times, evidence.doneAt, (item.ordinal + 1) * SLOT, 0)
      times.writeUIntBE(item.at + 1, item.ordinal * SLOT, SLOT)
    }
    if (item.score !== undefined && isHigher(item.score, bestScore({ doneAt: times, scores }, item.ordinal))) {
      scores = writable(scores, evidence.scores, (item.ordinal + 1) * SCORE, NAN_BYTE)
      scores.writeDoubleBE(item.score, item.ordinal * SCORE)
    }
  }
  return times === evidence.doneAt && scores === evidence.scores ? evidence : { doneAt: times, scores }
}

/** Eight bytes of 0xff are a NaN. */
const NAN_BYTE = 0xff

function isEarlier(at: number, known: number | null): boolean {
  return known === null || at < known
}

function isHigher(score: number, known: number | null): boolean {
  return known === null || score > known
}

/** The buffer itself when it is already a copy and long enough, else a copy with room. */
function writable(current: Buffer, original: Buffer, length: number, fill: number): Buffer {
  if (current !== original && current.length >= length) return current
  const copy = Buffer.alloc(Math.max(current.length, length), fill)
  current.copy(copy)
  return copy
}
