/** Where the real broker and the real database of an integration test are; the runner's global setup says so. */
export function infrastructure(): { adminUrl: string; brokers: string[] } {
  const { DATABASE_URL, KAFKA_BROKERS } = process.env
  if (!DATABASE_URL || !KAFKA_BROKERS) {
    throw new Error('DATABASE_URL and KAFKA_BROKERS are not set: run integration tests with "npm test" or jest --selectProjects int')
  }
  return { adminUrl: DATABASE_URL, brokers: KAFKA_BROKERS.split(',') }
}

/**
 * How many cases a property test tries, and from which seed: LAUREL_CASES and LAUREL_SEED where they are set, so that one
 * command tries thousands, or a failing case again.
 */
export function propertyCases(usual: { readonly numRuns: number; readonly seed: number }): { numRuns: number; seed: number } {
  const { LAUREL_CASES, LAUREL_SEED } = process.env
  return { numRuns: Number(LAUREL_CASES ?? usual.numRuns), seed: Number(LAUREL_SEED ?? usual.seed) }
}
