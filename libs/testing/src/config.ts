/** Where the real broker and the real database of an integration test are; the runner's global setup says so. */
export function infrastructure(): { adminUrl: string; brokers: string[] } {
  const { DATABASE_URL, KAFKA_BROKERS } = process.env
  if (!DATABASE_URL || !KAFKA_BROKERS) {
    throw new Error('DATABASE_URL and KAFKA_BROKERS are not set: run integration tests with "npm test" or jest --selectProjects int')
  }
  return { adminUrl: DATABASE_URL, brokers: KAFKA_BROKERS.split(',') }
}
