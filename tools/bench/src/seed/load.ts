import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

/** Runs one COPY in the binary format. */
export async function copyInto(client: Client, table: string, columns: string, chunks: Iterable<Buffer>): Promise<void> {
  const stream = client.query(copyFrom(`copy ${table} (${columns}) from stdin (format binary)`))
  await pipeline(Readable.from(chunks), stream)
}

interface IndexRow {
  readonly drop: string
  readonly create: string
  readonly reset: string
}

/**
 * Loads tables without their indexes and makes those again, about two thirds full: what random keys leave behind, where
 * an index made afterwards would be dense and split with every next insert.
 */
export async function withoutIndexes(client: Client, tables: readonly string[], load: () => Promise<void>): Promise<void> {
  const { rows } = await client.query<IndexRow>(INDEXES, [tables])
  for (const { drop } of rows) await client.query(drop)
  await load()
  for (const { create, reset } of rows) {
    await client.query(create)
    await client.query(reset)
  }
}

/** Keys and plain indexes alike; `with` stands last in both definitions as long as no index is partial. */
const INDEXES = `
  select case when c.oid is null then format('drop index %s', i.indexrelid::regclass)
              else format('alter table %s drop constraint %I', i.indrelid::regclass, c.conname) end as drop,
         case when c.oid is null then pg_get_indexdef(i.indexrelid)
              else format('alter table %s add constraint %I %s', i.indrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) end
           || case when i.indpred is null then ' with (fillfactor = 70)' else '' end as create,
         format('alter index %s reset (fillfactor)', i.indexrelid::regclass) as reset
    from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype in ('p', 'u')
   where i.indrelid = any($1::regclass[])`
