/** Of a figure. Only a ratio, taken within one run, carries over to another machine or another hour; a count is exact. */
export type Unit = 'ratio' | 'count' | 'ms' | 'µs'

/** Where a figure must not fall below, or rise above. */
export type Limit = { readonly at_least: number } | { readonly at_most: number }

/** A figure and its limit. */
export type Bar = { readonly what: string; readonly unit: Unit; readonly value: number; readonly ok: boolean } & Limit

/** One way of doing the work that a benchmark measures. */
export interface Side {
  readonly title: string
  /** Events, rows or requests. */
  readonly perSecond: number
  /** CPU per event, row or request, by process; NaN where the machine has no /proc. */
  readonly cpuMicros: Readonly<Record<string, number>>
}

/** For people: rows of cells under a head, the first column of words, the others of numbers. */
export interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** What a benchmark found. */
export interface Outcome {
  /** Everything measured, by name; units are in the names. */
  readonly figures: Readonly<Record<string, unknown>>
  readonly bars: readonly Bar[]
  /** What is measured first, what it is measured by after it. */
  readonly sides: readonly Side[]
  readonly tables: readonly Table[]
  /** What one must know to read the figures: what was the limit, what the other side does not do. */
  readonly notes: readonly string[]
}

/** NaN holds no bar. */
export function atLeast(what: string, value: number, limit: number, unit: Unit): Bar {
  return { what, unit, value: rounded(value), at_least: limit, ok: value >= limit }
}

/** NaN holds no bar. */
export function atMost(what: string, value: number, limit: number, unit: Unit): Bar {
  return { what, unit, value: rounded(value), at_most: limit, ok: value <= limit }
}

/** To four significant digits, integers whole: what a measurement can tell. */
export function rounded(value: number): number {
  return Number.isInteger(value) || Math.abs(value) >= 10_000 ? Math.round(value) : Number(value.toPrecision(4))
}
