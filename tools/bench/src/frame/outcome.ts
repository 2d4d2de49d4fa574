/** A figure that must not fall below, or rise above, a limit. */
export type Bar = { readonly what: string; readonly value: number; readonly ok: boolean } & (
  { readonly at_least: number } | { readonly at_most: number }
)

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
  readonly tables: readonly Table[]
  /** What one must know to read the figures: what was the limit, what the other side does not do. */
  readonly notes: readonly string[]
}

/** NaN holds no bar. */
export function atLeast(what: string, value: number, limit: number): Bar {
  return { what, value: rounded(value), at_least: limit, ok: value >= limit }
}

/** NaN holds no bar. */
export function atMost(what: string, value: number, limit: number): Bar {
  return { what, value: rounded(value), at_most: limit, ok: value <= limit }
}

/** To four significant digits, integers whole: what a measurement can tell. */
export function rounded(value: number): number {
  return Number.isInteger(value) || Math.abs(value) >= 10_000 ? Math.round(value) : Number(value.toPrecision(4))
}
