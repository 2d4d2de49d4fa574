/** The environment for a service under proof: this process's own, with the given variables on top. */
export function serviceEnvironment(variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  // Jest's flags are not the service's.
  const { NODE_OPTIONS: _options, ...rest } = process.env
  return { ...rest, ...variables }
}

/** Whether servers are given that nobody may crash. */
export function givenServers(): string[] {
  return ['KAFKA_BROKERS', 'DATABASE_URL'].filter((name) => process.env[name])
}
