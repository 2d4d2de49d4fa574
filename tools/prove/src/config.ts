import { basename, dirname, join } from 'node:path'

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

/** Variables of a service under the proof `clock`: where the clocks of hosts are kept, and whose it looks at. */
export const CLOCK_DIRECTORY = 'PROVE_CLOCK_DIRECTORY'
export const CLOCK_NAME = 'PROVE_CLOCK_NAME'

/** The file that sets this process's clock: of the host that is named, or else of the service whose `dist/main.js` this is. */
export function clockFile(): string {
  const service = basename(dirname(dirname(process.argv[1] ?? '')))
  return join(process.env[CLOCK_DIRECTORY]!, process.env[CLOCK_NAME] ?? service)
}
