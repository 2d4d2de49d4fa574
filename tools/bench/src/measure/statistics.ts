/** Numbers in the order they came; grows without copying each time. */
export class Samples {
  private values = new Float64Array(1024)
  private used = 0

  add(value: number): void {
    if (this.used === this.values.length) {
      const grown = new Float64Array(this.used * 2)
      grown.set(this.values)
      this.values = grown
    }
    this.values[this.used++] = value
  }

  get length(): number {
    return this.used
  }

  /** A sorted copy. */
  sorted(): Float64Array {
    return this.values.slice(0, this.used).sort()
  }
}

/**
 * By nearest rank; NaN of nothing.
 *
 * @param sorted ascending
 * @param part from 0 to 1, such as 0.99
 */
export function percentile(sorted: ArrayLike<number>, part: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? NaN
}

/** The middle one, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
