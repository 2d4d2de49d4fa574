import { Client } from 'pg'
import type { DatabaseOptions } from './data-source'
import type { Migration } from './migration'

/** Two int4 keys: 'laur' in ASCII, and the schema's hash, so that two schemas migrate side by side. */
const LOCK = 'select pg_advisory_lock(1818326386, hashtext($1))'

/**
 * Applies the migrations that are not yet in the schema's `migration` table, each in a transaction of its own, and
 * returns their names. It does so as the login, which owns the schema, on a connection of its own: a service's pool may
 * have taken on a role that owns nothing. Replicas that start at once wait for each other on an advisory lock; the
 * second finds nothing to do.
 *
 * @throws Error naming the migration when one fails, or when the table holds a migration that this build lacks
 *   (an older build started against a newer schema).
 */
export async function migrate(options: Pick<DatabaseOptions, 'url' | 'schema' | 'migrations'>): Promise<string[]> {
  const client = new Client({
    connectionString: options.url,
    options: `-c search_path=${options.schema}`,
    application_name: 'laurel-migrate',
    connectionTimeoutMillis: 3_000,
  })
  // A connection that is lost between two statements is told by the next one.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(LOCK, [options.schema])
    await client.query('create table if not exists migration (name text primary key, applied_at timestamptz not null default now())')
    const { rows } = await client.query<{ name: string }>('select name from migration')
    const applied = new Set(rows.map((row) => row.name))
    const known = new Set(options.migrations.map((migration) => migration.name))
    const unknown = [...applied].filter((name) => !known.has(name))
    if (unknown.length > 0) {
      throw new Error(
        `schema ${options.schema} has migrations that this build does not know (${unknown.join(', ')}): start the newer build`,
      )
    }
    const pending = [...options.migrations].sort((a, b) => (a.name < b.name ? -1 : 1)).filter((m) => !applied.has(m.name))
    for (const migration of pending) await apply(client, options.schema, migration)
    return pending.map((migration) => migration.name)
  } finally {
    await client.end()
  }
}

async function apply(client: Client, schema: string, migration: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query(migration.sql)
    await client.query('insert into migration (name) values ($1)', [migration.name])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw new Error(`migration ${migration.name} of schema ${schema} failed: ${(error as Error).message}`, { cause: error })
  }
}
