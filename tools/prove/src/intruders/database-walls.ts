import { randomUUID } from 'node:crypto'
import type { Client } from 'pg'
import { SCHEMAS, SERVICES, type WholeStack } from '../stage/whole-stack'
import { withClient } from '../stage/with-client'
import type { Siege } from './access-matrix'
import { tablesOf } from './footprint'

const DENIED = '42501'

/** A service's own role against everything that is not its own: permission denied (SQLSTATE 42501). */
export async function tryOtherSchemas(siege: Siege, stack: WholeStack): Promise<void> {
  for (const service of SERVICES) {
    const foreign = await withClient(stack.adminUrl, (admin) => tablesOf(admin, foreignSchemas(SCHEMAS[service])))
    const statements = [
      ...foreign.flatMap((table) => [`select 1 from ${table} limit 1`, `delete from ${table}`, `drop table ${table}`]),
      'create table public.intruder (id int)',
      'create schema intruder',
      'create role intruder superuser',
      'select rolpassword from pg_authid',
      "select pg_read_file('postgresql.conf')",
      "copy (select 1) to program 'true'",
      "alter system set log_connections = 'on'",
      ...[...foreignRoles(SCHEMAS[service]), new URL(stack.adminUrl).username].map((role) => `set role ${role}`),
    ]
    await withClient(stack.state.databases[service]!, async (client) => {
      for (const statement of statements) await denied(siege, client, `the role of ${service}`, statement)
    })
  }
}

/** Row-level security: what a role that acts for one caller sees and changes of another one's rows. */
export async function tryOthersRows(siege: Siege, stack: WholeStack): Promise<void> {
  const { victim, findings } = siege
  const callers = [
    { name: 'another learner', user: randomUUID(), org: '', role: 'learner', sees: false },
    { name: 'another learner of the organisation', user: randomUUID(), org: victim.orgId, role: 'learner', sees: false },
    { name: 'another organisation', user: randomUUID(), org: randomUUID(), role: 'org_admin', sees: false },
    { name: 'an administrator of no organisation', user: randomUUID(), org: '', role: 'org_admin', sees: false },
    { name: 'nobody', user: '', org: '', role: '', sees: false },
    { name: 'the victim', user: victim.userId, org: victim.orgId, role: 'learner', sees: true },
  ]
  await withClient(stack.state.databases.progress!, async (client) => {
    await client.query('set role progress_caller')
    for (const { name, user, org, role, sees } of callers) {
      await client.query(
        `select set_config('laurel.user_id', $1, false), set_config('laurel.org_id', $2, false), set_config('laurel.role', $3, false)`,
        [user, org, role],
      )
      for (const table of ['enrollments', 'lesson_progress', 'quiz_attempts']) {
        const { rows } = await client.query(`select 1 from progress.${table} where user_id = $1`, [victim.userId])
        count(siege, 'rows behind row-level security')
        if (!sees && rows.length > 0) findings.add('wrong', `${name} sees ${rows.length} rows of the victim in ${table}`)
        if (sees && rows.length === 0 && table === 'enrollments') findings.add('wrong', `${name} does not see their own rows in ${table}`)
      }
      if (!sees) await tryChanges(siege, client, name)
    }
  })
}

async function tryChanges(siege: Siege, client: Client, name: string): Promise<void> {
  const { victim, findings } = siege
  for (const statement of [
    `update progress.enrollments set status = 'cancelled_by_user' where user_id = $1`,
    'delete from progress.quiz_attempts where user_id = $1',
    'delete from progress.lesson_progress where user_id = $1',
  ]) {
    const { rowCount } = await client.query(statement, [victim.userId])
    count(siege, 'rows behind row-level security')
    if (rowCount !== 0) findings.add('wrong', `${name} changed ${rowCount} rows of the victim: ${statement}`)
  }
  const own = `insert into progress.idempotency_key (user_id, key, fingerprint, response) values ('${victim.userId}', 'k', '\\x00', '{}')`
  await denied(siege, client, name, own)
  await denied(siege, client, name, `update progress.enrollments set user_id = '${victim.userId}'`)
  await denied(siege, client, name, 'alter table progress.enrollments disable row level security')
}

async function denied(siege: Siege, client: Client, who: string, statement: string): Promise<void> {
  count(siege, 'statements of another role')
  const code = await client.query(statement).then(
    () => 'nothing',
    (error: { code?: string }) => error.code,
  )
  // `must be owner` is 42501 too.
  if (code !== DENIED) siege.findings.add('wrong', `${who}: ${statement} is refused with ${code} in place of ${DENIED}`)
}

function foreignSchemas(schema: string): string[] {
  return Object.values(SCHEMAS)
    .filter((other) => other !== schema)
    .flatMap((other) => [other, `${other}_jobs`])
}

function foreignRoles(schema: string): string[] {
  const runtime = schema === 'progress' ? [] : ['progress_writer', 'progress_caller']
  return [...Object.values(SCHEMAS).filter((other) => other !== schema), ...runtime]
}

function count({ tried }: Siege, kind: string): void {
  tried[kind] = (tried[kind] ?? 0) + 1
}
