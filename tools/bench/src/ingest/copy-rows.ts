import { Client } from 'pg'
import type { Bench } from '../frame/bench'
import { countCpu } from '../measure/proc'
import { copyInto } from '../seed/load'
import { LESSON_COLUMNS } from '../seed/rows'

/** How binary COPY of the same rows did. */
export interface Copied {
  readonly perSecond: number
  readonly seconds: number
  /** CPU per row; the client only sends what was encoded before. */
  readonly cpuMicros: Readonly<Record<'client' | 'postgres', number>>
}

/** Copies the rows of each connection in one transaction, all connections at once, as a superuser: no row-level security. */
export async function copyAll({ databases, infra }: Bench, database: string, rows: number, chunks: readonly Buffer[][]): Promise<Copied> {
  const clients = chunks.map(() => new Client({ connectionString: databases.url(database), application_name: 'laurel-bench' }))
  for (const client of clients) client.on('error', () => undefined)
  await Promise.all(clients.map((client) => client.connect()))
  try {
    const [began, used] = [performance.now(), countCpu({ client: process.pid, postgres: infra.processes.postgres?.pid })]
    await Promise.all(clients.map((client, index) => copyInto(client, 'progress.lesson_progress', LESSON_COLUMNS, chunks[index]!)))
    const [seconds, cpu] = [(performance.now() - began) / 1_000, used()]
    const each = (name: string) => (cpu[name]! * 1e6) / rows
    return { perSecond: rows / seconds, seconds, cpuMicros: { client: each('client'), postgres: each('postgres') } }
  } finally {
    await Promise.all(clients.map((client) => client.end()))
  }
}
