/** What a link does to the bytes that pass; what is not given is as on a good link. */
export interface Weather {
  /** Every byte arrives so much later, on each of the two ways. */
  readonly delayMs?: number
  /** Of each connection, on each of the two ways. */
  readonly bytesPerSecond?: number
  /** At most so many bytes are written at once. */
  readonly sliceBytes?: number
  /**
   * Half-open: connections are accepted and kept, but nothing passes. One that was opened meanwhile, or on which bytes were lost,
   * stays silent for good; that one of its ends is closed reaches the other end when the link is well again.
   */
  readonly isSilent?: boolean
}

export const CLEAR: Weather = {}
