import { DataSource, type EntitySchema } from 'typeorm'
import { AnsweringClient } from './answering-client'
import type { Migration } from './migration'

type EntityClass = abstract new (...args: never[]) => object

/** How a service reaches its schema. */
export interface DatabaseOptions {
  /** postgres:// URL of the service's own role. */
  readonly url: string
  /** The schema the role owns; first in the search path of every connection. */
  readonly schema: string
  /** The role that every connection takes on, one of the login's `runtimeRoles`; unless told, the login itself. */
  readonly role?: string
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
  /** Connections at most; 10 unless told. */
  readonly poolSize?: number
  readonly entities?: readonly (EntityClass | EntitySchema)[]
  readonly migrations: readonly Migration[]
}

/**
 * A TypeORM DataSource for one schema; not yet initialised. It never synchronises: migrations alone change the schema.
 * A lost idle connection is dropped from the pool without ending the process; statements on it fail and are retried by
 * their callers, also when it was lost without a word.
 */
export function createDataSource(options: DatabaseOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    url: options.url,
    schema: options.schema,
    applicationName: options.applicationName,
    poolSize: options.poolSize ?? 10,
    entities: [...(options.entities ?? [])] as never[],
    synchronize: false,
    migrationsRun: false,
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    connectTimeoutMS: 3_000,
    poolErrorHandler: () => undefined,
    extra: {
      Client: AnsweringClient,
      options: settingsOf(options),
      keepAlive: true,
      // A process that stands still lets go of its fences and rows before another one takes over its partitions.
      idle_in_transaction_session_timeout: 5_000,
    },
  })
}

function settingsOf({ schema, role }: DatabaseOptions): string {
  const settings = {
    search_path: schema,
    ...(role !== undefined && { role }),
    // In seconds: the server finds out soon when this host is gone without a word, and lets go of its locks.
    tcp_keepalives_idle: 5,
    tcp_keepalives_interval: 2,
    tcp_keepalives_count: 3,
  }
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ')
}
