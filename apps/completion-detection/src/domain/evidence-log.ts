/**
 * One thing a learner did, as an event told it. A lesson that was completed has no score; an attempt at a quiz has one,
 * passed or not.
 */
export interface Observation {
  /** The item's ordinal in the rule of its course version. */
  readonly ordinal: number
  /** When it happened, epoch milliseconds; never negative. */
  readonly at: number
  readonly score: number | null
  /** When Kafka took the event, epoch milliseconds. */
  readonly receivedAt: number
  /** Where the event lies in its topic: `lesson.completed` for a lesson, `quiz.attempted` for a quiz. */
  readonly partition: number
  readonly offset: number
}

/**
 * An observation is 22 bytes, 30 with a score, all big-endian: ordinal (15 bits, below a bit that says that a score follows),
 * at (6 bytes), receivedAt (6 bytes), partition (2 bytes), offset (6 bytes), score (IEEE 754 double). Concatenation joins two logs.
 */
const ENTRY = 22
const SCORE = 8
const HAS_SCORE = 0x8000
const MAX_ORDINAL = 0x7fff

/** A log of these observations, in their order. @throws RangeError for an ordinal above 32,767 */
export function encodeLog(observations: readonly Observation[]): Buffer {
  const scored = observations.filter(({ score }) => score !== null).length
  const log = Buffer.allocUnsafe(observations.length * ENTRY + scored * SCORE)
  let at = 0
  for (const one of observations) {
    if (one.ordinal > MAX_ORDINAL) throw new RangeError(`ordinal ${one.ordinal} is above ${MAX_ORDINAL}`)
    at = log.writeUInt16BE(one.score === null ? one.ordinal : one.ordinal | HAS_SCORE, at)
    at = log.writeUIntBE(one.at, at, 6)
    at = log.writeUIntBE(one.receivedAt, at, 6)
    at = log.writeUInt16BE(one.partition, at)
    at = log.writeUIntBE(one.offset, at, 6)
    if (one.score !== null) at = log.writeDoubleBE(one.score, at)
  }
  return log
}

/** The observations of a log, in their order. */
export function decodeLog(log: Buffer): Observation[] {
  const observations: Observation[] = []
  for (let at = 0; at < log.length;) {
    const head = log.readUInt16BE(at)
    const hasScore = (head & HAS_SCORE) !== 0
    observations.push({
      ordinal: head & MAX_ORDINAL,
      at: log.readUIntBE(at + 2, 6),
      score: hasScore ? log.readDoubleBE(at + ENTRY) : null,
      receivedAt: log.readUIntBE(at + 8, 6),
      partition: log.readUInt16BE(at + 14),
      offset: log.readUIntBE(at + 16, 6),
    })
    at += hasScore ? ENTRY + SCORE : ENTRY
  }
  return observations
}
