import { resolve } from 'node:path'
import { STACK_DIRECTORY } from './paths'

/** What the environment says about this stack. */
export interface DevStackConfig {
  /** host:port of brokers that run already; otherwise one is started. */
  readonly kafkaBrokers?: readonly string[]
  /** postgres:// URL of a superuser of a server that runs already; otherwise one is started. */
  readonly databaseUrl?: string
  /** Where the stack keeps its data, logs and stack.json. */
  readonly dir: string
  /** ENABLE_CREDENTIALS for the credential service. */
  readonly enableCredentials: string
  /** Whether to write in colours: for a terminal, unless NO_COLOR is set. */
  readonly colour: boolean
}

/** Reads KAFKA_BROKERS (comma-separated), DATABASE_URL, LAUREL_DIR, ENABLE_CREDENTIALS and NO_COLOR. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): DevStackConfig {
  const brokers = (env.KAFKA_BROKERS ?? '')
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '')
  return {
    ...(brokers.length > 0 && { kafkaBrokers: brokers }),
    ...(env.DATABASE_URL && { databaseUrl: env.DATABASE_URL }),
    dir: env.LAUREL_DIR ? resolve(env.LAUREL_DIR) : STACK_DIRECTORY,
    enableCredentials: env.ENABLE_CREDENTIALS || 'true',
    colour: process.stdout.isTTY === true && !env.NO_COLOR,
  }
}

/** The environment for a child: this process's own, with the given variables on top. */
export function childEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...process.env, ...extra }
}

/** Sets variables for the processes that are started from here on, such as jest's workers. */
export function publishEnvironment(variables: Readonly<Record<string, string>>): void {
  Object.assign(process.env, variables)
}
