import { randomBytes } from 'node:crypto'
import { databaseRole } from '@laurel/dev-stack'
import { provision, serviceUrl, type ServiceRole } from '@laurel/postgres'
import { Client } from 'pg'

/** The services that are measured. */
export type ServiceName = 'progress' | 'completion-detection'

const roleOf = (service: ServiceName) => ({ ...databaseRole(service), password: randomBytes(24).toString('base64url') })
const ROLES: Readonly<Record<ServiceName, ServiceRole>> = {
  progress: roleOf('progress'),
  'completion-detection': roleOf('completion-detection'),
}

/** The databases of the benchmarks on one server, each with the roles and the schema of one service; all work is done as a superuser. */
export class Databases {
  constructor(private readonly adminUrl: string) {}

  /** A superuser's URL of a database. */
  url(name: string): string {
    const url = new URL(this.adminUrl)
    url.pathname = `/${name}`
    return url.toString()
  }

  /** The URL with which a service connects to a database of its own. */
  serviceUrl(name: string, service: ServiceName): string {
    return serviceUrl(this.url(name), ROLES[service])
  }

  /** Runs `work` on a connection of its own; without a database on one to the server's first. */
  async with<T>(name: string | null, work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ connectionString: name === null ? this.adminUrl : this.url(name), application_name: 'laurel-bench' })
    // An error between two statements must not end this process: the next statement fails.
    client.on('error', () => undefined)
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }

  async createEmpty(name: string, service: ServiceName): Promise<void> {
    await this.drop(name)
    await this.with(null, (client) => client.query(`create database ${name}`))
    await this.provision(name, service)
  }

  /** Gives a database a service's roles, schema and this process's password. */
  provision(name: string, service: ServiceName): Promise<void> {
    return provision(this.url(name), [ROLES[service]])
  }

  /** A copy of a database, file by file, so that each measurement begins with the very same tables; written to disk before it returns. */
  async copy(from: string, to: string): Promise<void> {
    await this.drop(to)
    await this.with(null, async (client) => {
      await client.query(`create database ${to} template ${from} strategy file_copy`)
      await client.query('checkpoint')
    })
  }

  /** Ends the connections to it; does nothing when there is none of that name. */
  async drop(name: string): Promise<void> {
    await this.with(null, (client) => client.query(`drop database if exists ${name} with (force)`))
  }

  /** A remark that lives and dies with the database. */
  async remark(name: string): Promise<string | null> {
    const { rows } = await this.with(null, (client) =>
      client.query<{ remark: string | null }>(
        `select shobj_description(oid, 'pg_database') as remark from pg_database where datname = $1`,
        [name],
      ),
    )
    return rows[0]?.remark ?? null
  }

  async setRemark(name: string, remark: string): Promise<void> {
    await this.with(null, (client) => client.query(`comment on database ${name} is ${client.escapeLiteral(remark)}`))
  }

  /** So that no measurement pays for the writes of what came before it. */
  async checkpoint(): Promise<void> {
    await this.with(null, (client) => client.query('checkpoint'))
  }
}
