import { Client } from 'pg'
import { ensureFence } from '@laurel/messaging'
import { transaction } from '@laurel/postgres'
import { built } from './built'
import { freezerOf, type Freezer } from './freezer'
import { GatedDatabase } from './gated-database'
import { JobArena } from './job-arena'
import type { Referee } from './lock-waits'
import type { Player } from './player'
import type { Story } from './story'

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

const SETTINGS = {
  // Longer than any case: who has to give way is the schedule's to decide.
  deadlock_timeout: '10min',
  // As tables of many rows are read, by their indexes: in tables of a few the order of rows is that of their past.
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  // A statement is planned the same way the first and the thousandth time.
  plan_cache_mode: 'force_generic_plan',
  // Postgres is not killed here.
  synchronous_commit: 'off',
  jit: 'off',
}

/** The database of all cases: connections whose statements wait for their turn, and one that looks on. */
export class Arena {
  private constructor(
    readonly schema: string,
    readonly connections: readonly GatedDatabase[],
    readonly admin: Client,
    readonly jobs: JobArena,
    private readonly freezer: Freezer | null,
  ) {}

  static async open({ url, adminUrl }: ArenaOptions): Promise<Arena> {
    const { schema } = built.database()
    const admin = new Client({ connectionString: adminUrl, application_name: 'laurel-interleave referee' })
    await admin.connect()
    await admin.query(`set search_path = ${schema}`)
    for (const [name, value] of Object.entries(SETTINGS))
      await admin.query(`do $$ begin execute format('alter database %I set ${name} = ''${value}''', current_database()); end $$`)
    const names = Array.from({ length: CONNECTIONS }, (_, n) => String(n))
    const connections = await Promise.all(names.map((name) => GatedDatabase.open(url, schema, name)))
    return new Arena(schema, connections, admin, await JobArena.open({ url, schema, admin }), await freezerOf(admin))
  }

  /** Whether a seed decides everything: who waits for a lock can be frozen. */
  get isExact(): boolean {
    return this.freezer !== null
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

  /** How many events wait for a relay, and how many jobs are due. */
  async leftToDo(): Promise<{ left: number; due: number }> {
    const jobs = this.jobs.schema
    const rows = await this.query<{ left: number; due: number }>(
      `select (select count(*)::int from outbox) as left,
              (select count(*)::int from ${jobs}.job where state < 'active' and start_after <= ${jobs}.job_now()) as due`,
    )
    return rows[0]!
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
      freeze: ({ pid }) => this.freezer?.freeze(pid),
      thaw: ({ pid }) => this.freezer?.thaw(pid),
      sacrifice: async (player) => {
        connectionOf.get(player)!.markSacrificed()
        await this.query('select pg_cancel_backend($1)', [player.pid])
        this.freezer?.thaw(player.pid)
      },
    }
  }

  /** Resolves when the session is over and its locks are free. */
  async cut(connection: GatedDatabase): Promise<void> {
    await this.query('select pg_terminate_backend($1)', [connection.pid])
    while ((await this.query('select 1 from pg_stat_activity where pid = $1', [connection.pid])).length > 0);
  }
}
