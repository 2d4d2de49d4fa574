import { Client, escapeIdentifier, escapeLiteral } from 'pg'

/** A service's role; it is named like the schema that it owns. */
export interface ServiceRole {
  readonly schema: string
  readonly password: string
}

/**
 * As a superuser: for each service a login role, its schema and `<schema>_jobs`, both owned by the role, which can see
 * nothing else of Laurel. What other users of the database may do stays, but for creating in `public`. Repeating it
 * changes nothing but passwords.
 *
 * @param adminUrl postgres:// URL of a superuser, with the database that the services share.
 */
export async function provision(adminUrl: string, roles: readonly ServiceRole[]): Promise<void> {
  const client = new Client({ connectionString: adminUrl, application_name: 'laurel-provision' })
  await client.connect()
  try {
    await client.query('begin')
    // Two stacks on one server must not create the same role at once.
    await client.query('select pg_advisory_xact_lock(1818326386, 0)')
    const { rows } = await client.query<{ name: string }>('select current_database() as name')
    const database = escapeIdentifier(rows[0]!.name)
    await client.query('revoke create on schema public from public')
    for (const role of roles) await provisionRole(client, database, role)
    await client.query('commit')
  } finally {
    await client.end()
  }
}

async function provisionRole(client: Client, database: string, role: ServiceRole): Promise<void> {
  const name = escapeIdentifier(role.schema)
  const existing = await client.query('select 1 from pg_roles where rolname = $1', [role.schema])
  const verb = existing.rowCount === 0 ? 'create' : 'alter'
  await client.query(
    `${verb} role ${name} login nosuperuser nocreatedb nocreaterole noinherit nobypassrls password ${escapeLiteral(role.password)}`,
  )
  await client.query(`grant connect on database ${database} to ${name}`)
  for (const schema of [role.schema, `${role.schema}_jobs`]) {
    await client.query(`create schema if not exists ${escapeIdentifier(schema)} authorization ${name}`)
  }
}

/** The URL with which a service connects: the administrator's, with the service's role and password. */
export function serviceUrl(adminUrl: string, role: ServiceRole): string {
  const url = new URL(adminUrl)
  url.username = role.schema
  url.password = role.password
  return url.toString()
}
