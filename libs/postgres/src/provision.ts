import { Client, escapeIdentifier, escapeLiteral } from 'pg'

/** A service's role; it is named like the schema that it owns. */
export interface ServiceRole {
  readonly schema: string
  readonly password: string
  /**
   * Roles that the service's connections take on in place of its own (`DatabaseOptions.role`). They cannot log in and
   * own nothing; migrations grant them what they need.
   */
  readonly runtimeRoles?: readonly string[]
}

const ATTRIBUTES = 'nosuperuser nocreatedb nocreaterole noinherit nobypassrls noreplication'

/**
 * As a superuser: for each service a login role, its schema and `<schema>_jobs`, both owned by the role, which can see
 * nothing else of Laurel, and the role's runtime roles. What other users of the database may do stays, but for
 * creating in `public`. Repeating it changes nothing but passwords.
 *
 * @param adminUrl postgres:// URL of a superuser, with the database that the services share.
 */
export async function provision(adminUrl: string, roles: readonly ServiceRole[]): Promise<void> {
  const client = new Client({ connectionString: adminUrl, application_name: 'laurel-provision' })
  await client.connect()
  try {
    await client.query('begin')
    // Roles belong to the server, so two stacks in different databases must not create the same one at once. An advisory
    // lock would hold within one database alone; logging in goes on under this one.
    await client.query('lock table pg_catalog.pg_authid in share row exclusive mode')
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
  await ensureRole(client, role.schema, `login password ${escapeLiteral(role.password)}`)
  await client.query(`grant connect on database ${database} to ${name}`)
  for (const schema of [role.schema, `${role.schema}_jobs`]) {
    await client.query(`create schema if not exists ${escapeIdentifier(schema)} authorization ${name}`)
  }
  for (const runtimeRole of role.runtimeRoles ?? []) {
    const taken = escapeIdentifier(runtimeRole)
    await ensureRole(client, runtimeRole, 'nologin')
    // Taken on by name alone: what the runtime role may do, the owner does not inherit.
    await client.query(`grant ${taken} to ${name} with inherit false, set true`)
    await client.query(`grant usage on schema ${name} to ${taken}`)
  }
}

async function ensureRole(client: Client, role: string, login: string): Promise<void> {
  const existing = await client.query('select 1 from pg_roles where rolname = $1', [role])
  await client.query(`${existing.rowCount === 0 ? 'create' : 'alter'} role ${escapeIdentifier(role)} ${ATTRIBUTES} ${login}`)
}

/** The URL with which a service connects: the administrator's, with the service's role and password. */
export function serviceUrl(adminUrl: string, role: ServiceRole): string {
  const url = new URL(adminUrl)
  url.username = role.schema
  url.password = role.password
  return url.toString()
}
