import { DataSource, type EntitySchema } from 'typeorm'
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
 * their callers.
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
      options: `-c search_path=${options.schema}${options.role === undefined ? '' : ` -c role=${options.role}`}`,
      keepAlive: true,
      // A process that stands still lets go of its fences and rows before another one takes over its partitions.
      idle_in_transaction_session_timeout: 5_000,
    },
  })
}
