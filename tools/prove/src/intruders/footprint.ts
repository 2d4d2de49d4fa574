import { Client } from 'pg'
import { SCHEMAS } from '../stage/whole-stack'

/** All that the five schemas hold of one learner. */
export class Footprint {
  private constructor(
    private readonly admin: Client,
    private readonly userId: string,
    private readonly tables: readonly string[],
  ) {}

  static async of(adminUrl: string, userId: string): Promise<Footprint> {
    const admin = new Client({ connectionString: adminUrl, application_name: 'laurel-prove' })
    await admin.connect()
    return new Footprint(admin, userId, await tablesOf(admin, Object.values(SCHEMAS)))
  }

  /** A sum of the learner's rows by table; tables without any are left out. */
  async take(): Promise<Record<string, string>> {
    const sums = this.tables.map(
      (table) =>
        `select '${table}' as name, md5(string_agg(t::text, e'\\n' order by t::text)) as sum from ${table} t where t::text like $1`,
    )
    const { rows } = await this.admin.query<{ name: string; sum: string | null }>(sums.join(' union all '), [`%${this.userId}%`])
    return Object.fromEntries(rows.flatMap(({ name, sum }) => (sum === null ? [] : [[name, sum]])))
  }

  close(): Promise<void> {
    return this.admin.end()
  }
}

/** `schema.table` of every table. */
export async function tablesOf(admin: Client, schemas: readonly string[]): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname = any($1) order by 1`,
    [schemas],
  )
  return rows.map(({ name }) => name)
}
