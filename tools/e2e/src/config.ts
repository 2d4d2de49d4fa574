/** The environment for a command that a test runs, with its own data directory. */
export function commandEnvironment(laurelDir: string): NodeJS.ProcessEnv {
  // What the test run itself started must not leak into the stack under test.
  const { KAFKA_BROKERS: _brokers, DATABASE_URL: _database, NODE_OPTIONS: _options, ...rest } = process.env
  return { ...rest, LAUREL_DIR: laurelDir, NO_COLOR: '1' }
}
