import { randomBytes } from 'node:crypto'
import { createDataSource, migrate, provision, serviceUrl, type DatabaseOptions } from '@laurel/postgres'
import { Client } from 'pg'
import type { DataSource } from 'typeorm'
import { infrastructure } from './config'

/** The same in every test database: roles belong to the server, and workers run side by side. */
const PASSWORD = 'laurel-test'

/** A database of its own on the real server, migrated, as a service sees it. */
export interface TestDatabase {
  /** As the service's role. */
  readonly url: string
  /** As superuser. */
  readonly adminUrl: string
  readonly dataSource: DataSource
  /** Another pool of the same service, as a second replica has it; closed by `drop`. */
  replica(): Promise<DataSource>
  /** Closes all pools and removes the database. Fails when a connection was left open by the test. */
  drop(): Promise<void>
}

export async function createTestDatabase(service: Pick<DatabaseOptions, 'schema' | 'entities' | 'migrations'>): Promise<TestDatabase> {
  const { adminUrl: serverUrl } = infrastructure()
  const name = `laurel_test_${randomBytes(6).toString('hex')}`
  await asAdmin(serverUrl, (client) => client.query(`create database ${name}`))
  const adminUrl = withDatabase(serverUrl, name)
  const role = { schema: service.schema, password: PASSWORD }
  await provisionPatiently(adminUrl, role)
  const url = serviceUrl(adminUrl, role)
  const options: DatabaseOptions = { ...service, url, applicationName: 'laurel-test' }
  const pools: DataSource[] = []
  const open = async () => {
    const pool = await createDataSource(options).initialize()
    pools.push(pool)
    return pool
  }
  const dataSource = await open()
  await migrate(dataSource, options)
  return {
    url,
    adminUrl,
    dataSource,
    replica: open,
    drop: async () => {
      await Promise.all(pools.filter((pool) => pool.isInitialized).map((pool) => pool.destroy()))
      await asAdmin(serverUrl, (client) => client.query(`drop database ${name}`))
    },
  }
}

/** Roles are shared by all databases of a server, so provisioning from two workers can meet in the catalog. */
async function provisionPatiently(adminUrl: string, role: { schema: string; password: string }): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await provision(adminUrl, [role])
    } catch (error) {
      if (attempt === 10 || !/concurrently|already exists|duplicate key/.test((error as Error).message)) throw error
    }
  }
}

/** Runs work on one superuser connection. */
export async function asAdmin<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: 'laurel-test-admin' })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.toString()
}
