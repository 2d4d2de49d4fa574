import { randomBytes } from 'node:crypto'
import { createDataSource, migrate, provision, serviceUrl, type DatabaseOptions, type ServiceRole } from '@laurel/postgres'
import { Client } from 'pg'
import type { DataSource } from 'typeorm'
import { infrastructure } from './config'

/** The same in every test database: roles belong to the server, and workers run side by side. */
const PASSWORD = 'laurel-test'

/** A service's database as its wiring names it. */
export type TestedDatabase = Pick<DatabaseOptions, 'schema' | 'role' | 'entities' | 'migrations'> & Pick<ServiceRole, 'runtimeRoles'>

/** A database of its own on the real server, migrated, as a service sees it. */
export interface TestDatabase {
  /** As the service's login, which owns the schema. */
  readonly url: string
  /** As superuser. */
  readonly adminUrl: string
  /** In the role that the service's own connections take on. */
  readonly dataSource: DataSource
  /** Another pool of the same service, as a second replica has it; closed by `drop`. */
  replica(): Promise<DataSource>
  /** A pool in another of the service's runtime roles, or as 'owner', who owns the schema; closed by `drop`. */
  as(role: string, poolSize?: number): Promise<DataSource>
  /** Closes all pools and removes the database. Fails when a connection was left open by the test. */
  drop(): Promise<void>
}

export async function createTestDatabase(service: TestedDatabase): Promise<TestDatabase> {
  const { adminUrl: serverUrl } = infrastructure()
  const name = `laurel_test_${randomBytes(6).toString('hex')}`
  await asAdmin(serverUrl, (client) => client.query(`create database ${name}`))
  const adminUrl = withDatabase(serverUrl, name)
  const { schema, runtimeRoles = [], role: ownRole, ...rest } = service
  const login = { schema, runtimeRoles, password: PASSWORD }
  await provision(adminUrl, [login])
  const url = serviceUrl(adminUrl, login)
  const pools: DataSource[] = []
  const open = async (role: string | undefined, poolSize?: number) => {
    const options = { ...rest, schema, url, applicationName: 'laurel-test', ...(role && { role }), ...(poolSize && { poolSize }) }
    const pool = await createDataSource(options).initialize()
    pools.push(pool)
    return pool
  }
  await migrate({ url, schema, migrations: service.migrations })
  return {
    url,
    adminUrl,
    dataSource: await open(ownRole),
    replica: () => open(ownRole),
    as: (role, poolSize) => open(role === 'owner' ? undefined : role, poolSize),
    drop: async () => {
      await Promise.all(pools.filter((pool) => pool.isInitialized).map((pool) => pool.destroy()))
      await asAdmin(serverUrl, (client) => client.query(`drop database ${name}`))
    },
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
