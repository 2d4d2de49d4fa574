import { randomBytes } from 'node:crypto'
import { migrate, provision, serviceUrl } from '@laurel/postgres'
import { Client } from 'pg'
import type { ArenaOptions } from './arena'
import { built } from './built'

export interface Databases {
  readonly places: readonly ArenaOptions[]
  drop(): Promise<void>
}

/** Databases of completion-detection on one server, migrated and empty: cases that are played in different ones never meet. */
export async function makeDatabases(serverUrl: string, count: number): Promise<Databases> {
  const { schema, migrations } = built.database()
  const role = { schema, password: randomBytes(16).toString('hex') }
  const names = Array.from({ length: count }, () => `laurel_interleave_${randomBytes(6).toString('hex')}`)
  const places: ArenaOptions[] = []
  for (const name of names) {
    await onServer(serverUrl, `create database ${name}`)
    const adminUrl = Object.assign(new URL(serverUrl), { pathname: name }).toString()
    await provision(adminUrl, [role])
    const url = serviceUrl(adminUrl, role)
    await migrate({ url, schema, migrations })
    places.push({ url, adminUrl })
  }
  return {
    places,
    async drop() {
      for (const name of names) await onServer(serverUrl, `drop database ${name} with (force)`)
    },
  }
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'laurel-interleave' })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}
