import { cpus, release, totalmem, type } from 'node:os'
import type { Databases } from './databases'

const SETTINGS = [
  'shared_buffers',
  'max_wal_size',
  'wal_level',
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'max_connections',
  'checkpoint_timeout',
  'autovacuum',
]

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string
  readonly cpus: number
  readonly memory_gb: number
  readonly system: string
  readonly node: string
  readonly postgres: string
  readonly postgres_settings: Readonly<Record<string, string>>
}

export async function describeMachine(databases: Databases): Promise<Machine> {
  const { version, settings } = await databases.with(null, async (client) => {
    const server = await client.query<{ server_version: string }>('show server_version')
    const found = await client.query<{ name: string; value: string }>(
      'select name, current_setting(name) as value from pg_settings where name = any($1) order by array_position($1, name)',
      [SETTINGS],
    )
    return { version: server.rows[0]!.server_version, settings: found.rows }
  })
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cpus: cpus().length,
    memory_gb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    postgres: version,
    postgres_settings: Object.fromEntries(settings.map(({ name, value }) => [name, value])),
  }
}

/** Two lines for people. */
export function machineText(machine: Machine): string {
  const settings = Object.entries(machine.postgres_settings).map(([name, value]) => `${name}=${value}`)
  return [
    `${machine.cpus} x ${machine.cpu}, ${machine.memory_gb} GB, ${machine.system}, Node ${machine.node}`,
    `Postgres ${machine.postgres}: ${settings.join(' ')}`,
  ].join('\n')
}
