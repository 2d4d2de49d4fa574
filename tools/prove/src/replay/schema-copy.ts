import type { Client } from 'pg'
import { withClient } from '../stage/with-client'

/** A copy of some schemas as they are at one moment, kept beside them, and put back later: a restored backup. */
export class SchemaCopy {
  private constructor(private readonly url: string) {}

  /** @param url of a superuser */
  static async take(url: string, schemas: readonly string[]): Promise<SchemaCopy> {
    await withClient(url, async (client) => {
      // One snapshot for all.
      await client.query('begin isolation level repeatable read')
      for (const schema of schemas) {
        await client.query(`drop schema if exists ${copyOf(schema)} cascade`)
        await client.query(`create schema ${copyOf(schema)}`)
        for (const table of await tablesOf(client, schema))
          await client.query(`create table ${copyOf(schema)}.${table} as table ${schema}.${table}`)
      }
      await client.query('commit')
    })
    return new SchemaCopy(url)
  }

  /**
   * Nobody may be at work on the schemas. Sequences stay where they are; the copies are gone afterwards.
   *
   * @param staying learners of whom every row stays as it is
   */
  async putBack(schemas: readonly string[], staying: readonly string[] = []): Promise<void> {
    await withClient(this.url, async (client) => {
      await client.query('begin')
      // The copy is consistent: whatever refers to whatever is there.
      await client.query('set local session_replication_role = replica')
      for (const schema of schemas) await putSchemaBack(client, schema, staying)
      await client.query('commit')
    })
  }
}

const copyOf = (schema: string) => `prove_copy_of_${schema}`

async function putSchemaBack(client: Client, schema: string, staying: readonly string[]): Promise<void> {
  for (const table of await tablesOf(client, schema)) {
    const columns = await writableColumns(client, `${schema}.${table}`)
    const [which, values] = columns.includes('user_id') ? ['where user_id <> all($1)', [staying]] : ['', []]
    await client.query(`delete from ${schema}.${table} ${which}`, values)
    await client.query(
      `insert into ${schema}.${table} (${columns.join(', ')}) overriding system value
       select ${columns.join(', ')} from ${copyOf(schema)}.${table} ${which}`,
      values,
    )
  }
  await client.query(`drop schema ${copyOf(schema)} cascade`)
}

/** Of a partitioned table its partitions, which hold the rows. */
async function tablesOf(client: Client, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(relname) as name from pg_class
      where relnamespace = $1::regnamespace and relkind = 'r' and relname <> 'migration' order by 1`,
    [schema],
  )
  return rows.map(({ name }) => name)
}

async function writableColumns(client: Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(attname) as name from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [table],
  )
  return rows.map(({ name }) => name)
}
