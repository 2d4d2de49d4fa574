/** One row of the table. */
export interface Figures {
  readonly expected: number
  /** Of the expected ones. */
  readonly found: number
  readonly missing: number
  readonly double: number
  /** There, but not expected. */
  readonly unexpected: number
  /** What is wrong with some of them, for someone to look into. */
  readonly problems: readonly string[]
}

/** Problems that a row tells. */
const EXAMPLES = 5

interface Comparison {
  readonly expected: Iterable<string>
  /** How often each thing is there. */
  readonly times: ReadonlyMap<string, number>
  /** Says in words which one is meant. */
  readonly name: (key: string) => string
}

/** Compares what had to come out, each thing once, with what did. */
export function compare({ expected, times, name }: Comparison): Figures {
  const wanted = new Set(expected)
  const missing = [...wanted].filter((key) => !times.has(key))
  const double = [...times].filter(([, count]) => count > 1)
  const unexpected = [...times.keys()].filter((key) => !wanted.has(key))
  return {
    expected: wanted.size,
    found: wanted.size - missing.length,
    missing: missing.length,
    double: double.length,
    unexpected: unexpected.length,
    problems: [
      ...missing.slice(0, EXAMPLES).map((key) => `missing: ${name(key)}`),
      ...double.slice(0, EXAMPLES).map(([key, count]) => `${count} times: ${name(key)}`),
      ...unexpected.slice(0, EXAMPLES).map((key) => `unexpected: ${name(key)}`),
    ],
  }
}

/** Everything is there, once, and nothing else. */
export function isExact({ missing, double, unexpected, problems }: Figures): boolean {
  return missing === 0 && double === 0 && unexpected === 0 && problems.length === 0
}
