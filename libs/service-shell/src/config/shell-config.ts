import { LOG_LEVELS, type LogLevel } from '@laurel/telemetry'
import { readEnv } from './env-reader'

export const ROLES = ['api', 'worker', 'all'] as const
/** api answers REST, worker consumes from Kafka, all does both. */
export type ProcessRole = (typeof ROLES)[number]

/** Where tokens come from: the keys that sign them, and the iss and aud that they must carry. */
export interface IamConfig {
  readonly jwksUrl: string
  readonly issuer: string
  readonly audience: string
}

/** What every service needs. */
export interface ShellConfig {
  readonly service: string
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly logLevel: LogLevel
  readonly role: ProcessRole
  readonly databaseUrl: string
  readonly kafkaBrokers: string[]
  readonly kafkaSessionTimeoutMs: number
  readonly iam: IamConfig
  /** Requests that one caller may make per second and process; 0 sets no limit. */
  readonly rateLimitPerSecond: number
  /** After SIGTERM it is not ready, but answers for so long before it takes no new connection. Default 0. */
  readonly drainGraceMs?: number
  /**
   * Where given, an empty schema is filled from Kafka's history at this rate, beside the events that come now. Else the
   * history comes first, as fast as it can be applied.
   */
  readonly rebuildEventsPerSecond?: number
}

/**
 * @param defaultPort used when PORT is not set.
 * @throws ConfigError naming every variable that is missing or wrong; values never appear in it.
 */
export function readShellConfig(env: NodeJS.ProcessEnv, service: string, defaultPort: number): ShellConfig {
  const read = readEnv(env)
  const config: ShellConfig = {
    service,
    host: read.string('HOST', '127.0.0.1'),
    port: read.integer('PORT', { default: defaultPort, min: 0, max: 65_535 }),
    logLevel: read.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    role: read.oneOf('LAUREL_ROLE', ROLES, 'all'),
    databaseUrl: read.url('DATABASE_URL', undefined, ['postgres', 'postgresql']),
    kafkaBrokers: read.addresses('KAFKA_BROKERS'),
    kafkaSessionTimeoutMs: read.integer('KAFKA_SESSION_TIMEOUT_MS', { default: 10_000, min: 1_000, max: 300_000 }),
    iam: {
      jwksUrl: read.url('IAM_JWKS_URL'),
      issuer: read.string('IAM_ISSUER'),
      audience: read.string('IAM_AUDIENCE'),
    },
    rateLimitPerSecond: read.integer('RATE_LIMIT_PER_SECOND', { default: 100, min: 0, max: 1_000_000 }),
    drainGraceMs: read.integer('DRAIN_GRACE_MS', { default: 2_000, min: 0, max: 4_000 }),
  }
  const rebuild = read.integer('REBUILD_EVENTS_PER_SECOND', { default: 0, min: 0, max: 1_000_000 })
  read.done()
  return { ...config, ...(rebuild > 0 && { rebuildEventsPerSecond: rebuild }) }
}
