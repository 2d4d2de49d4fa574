/** Jobs of at least this priority are high. */
export const HIGH_PRIORITY = 8

/** Which jobs a worker takes; unbounded where a bound is absent. */
export interface Lane {
  readonly minPriority?: number
  readonly maxPriority?: number
}

/**
 * One lane per worker: the first is kept for high priority and the last for the rest, so that neither can starve the
 * other; those between take whatever is most urgent. Fewer than three workers take everything.
 */
export function lanes(concurrency: number): readonly Lane[] {
  if (!Number.isInteger(concurrency) || concurrency < 1) throw new RangeError('concurrency must be an integer from 1')
  if (concurrency < 3) return Array.from({ length: concurrency }, () => ({}))
  const any = Array.from({ length: concurrency - 2 }, () => ({}))
  return [{ minPriority: HIGH_PRIORITY }, ...any, { maxPriority: HIGH_PRIORITY - 1 }]
}
