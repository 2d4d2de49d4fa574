import { Client } from 'pg'
import { ensureFence } from '@laurel/messaging'
import { transaction } from '@laurel/postgres'
import { built } from './built'
import { GatedDatabase } from './gated-database'
import { JobArena } from './job-arena'
import type { Story } from './story'
import type { Player, Referee } from './turn'

/** Where a migrated database of completion-detection is. */
export interface ArenaOptions {
  /** As the service's role. */
  readonly url: string
  /** As superuser: it looks at locks and cuts connections. */
  readonly adminUrl: string
}

const CONNECTIONS = 6
const TOPICS = { lessons: 'lesson.completed', attempts: 'quiz.attempted', enrollments: 'enrollment.changed' } as const
/** What a case leaves behind. */
const TABLES = [
  'completion_ledger',
  'evidence_page',
  'closed_cycle',
  'outside_completion',
  'completion',
  'course_version',
  'consumer_fence',
  'parked_event',
  'outbox',
  'learners',
]

/** The database of all cases: connections whose statements wait for their turn, and one that looks on. */
export class Arena {
  private constructor(
    readonly schema: string,
    readonly connections: readonly GatedDatabase[],
    readonly admin: Client,
    readonly jobs: JobArena,
  ) {}

  static async open({ url, adminUrl }: ArenaOptions): Promise<Arena> {
    const { schema } = built.database()
    const admin = new Client({ connectionString: adminUrl, application_name: 'laurel-interleave referee' })
    await admin.connect()
    await admin.query(`set search_path = ${schema}`)
    // Longer than any case: who has to give way is the schedule's to decide.
    await admin.query(`do $$ begin execute format('alter database %I set deadlock_timeout = ''10min''', current_database()); end $$`)
    const names = Array.from({ length: CONNECTIONS }, (_, n) => String(n))
    const connections = await Promise.all(names.map((name) => GatedDatabase.open(url, schema, name)))
    return new Arena(schema, connections, admin, await JobArena.open({ url, schema, admin }))
  }

  async close(): Promise<void> {
    await this.jobs.close()
    await Promise.all(this.connections.map((connection) => connection.close()))
    await this.admin.end()
  }

  /** Empties every table, and puts in what a case begins with: its course version and its fences. */
  async prepare({ version, records }: Story, group: string): Promise<void> {
    await this.admin.query(TABLES.map((table) => `delete from ${table}`).join(';'))
    await this.jobs.empty()
    await transaction(this.connections[0]!.dataSource, async (tx) => {
      await built.courseVersions().add(tx, [version])
      for (const topic of Object.keys(records) as (keyof typeof records)[]) {
        await ensureFence(tx, { group, topic: TOPICS[topic], partition: 0 }, { clusterId: 'interleave', next: 0n })
      }
    })
  }

  async query<R extends object>(text: string, values: unknown[] = []): Promise<R[]> {
    return (await this.admin.query<R>(text, values)).rows
  }

  referee(connectionOf: ReadonlyMap<Player, GatedDatabase>): Referee {
    return {
      waits: async (pids) => {
        const rows = await this.query<{ pid: number; blockers: number[] }>(
          'select pid, pg_blocking_pids(pid) as blockers from unnest($1::int4[]) as pid',
          [pids],
        )
        return new Map(rows.flatMap(({ pid, blockers }) => (blockers.length === 0 ? [] : [[pid, blockers] as const])))
      },
      sacrifice: async (player) => {
        connectionOf.get(player)!.markSacrificed()
        await this.query('select pg_cancel_backend($1)', [player.pid])
      },
    }
  }

  async cut(connection: GatedDatabase): Promise<void> {
    await this.query('select pg_terminate_backend($1, 5000)', [connection.pid])
  }
}
