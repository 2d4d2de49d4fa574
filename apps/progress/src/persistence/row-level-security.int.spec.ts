import { randomUUID } from 'node:crypto'
import { addToOutbox } from '@laurel/messaging'
import { query, transaction, type Tx } from '@laurel/postgres'
import type { Caller } from '@laurel/service-shell'
import { asAdmin, createTestDatabase, type TestDatabase } from '@laurel/testing'
import type { DataSource } from 'typeorm'
import { progressDatabase } from '../progress.module'
import { CallerDatabase } from './caller-database'
import { addRow, caller, courseVersionId, GUARDED, ofNobody, ofOrgA, orgA, orgB, type Owner } from './row-level-security.fixture'

let database: TestDatabase
let pool: DataSource
let callers: CallerDatabase

beforeAll(async () => {
  database = await createTestDatabase(progressDatabase)
  pool = await database.as('progress_caller', 1)
  callers = new CallerDatabase(pool)
  await transaction(database.dataSource, async (tx) => {
    for (const owner of [ofOrgA, ofNobody]) for (const table of TABLES) await addRow(tx, table, owner, courseVersionId)
    await query(tx, { text: 'insert into import_run (import_id, rows_hash) values ($1, $2)' }, [randomUUID(), Buffer.of(1)])
    await query(tx, { text: 'insert into erased_learner (user_hash, erased_at) values ($1, now())' }, [Buffer.of(1)])
  })
})
afterAll(() => database.drop())

const TABLES = Object.keys(GUARDED)
const nobody = randomUUID()

/** Who asks for whose row, and whether it is theirs to touch; the last says the same of idempotency_key. */
const SIGHTS: [who: string, caller: Caller, owner: Owner, isTheirs: boolean, isTheirKey: boolean][] = [
  ['the learner', caller(ofOrgA.userId), ofOrgA, true, true],
  ['the learner without an organisation', caller(ofNobody.userId), ofNobody, true, true],
  ['the learner as administrator of another organisation', caller(ofOrgA.userId, 'org_admin', orgB), ofOrgA, true, true],
  ['another learner', caller(nobody), ofOrgA, false, false],
  ['another learner of the same organisation', caller(nobody, 'learner', orgA), ofOrgA, false, false],
  ['an administrator of the organisation', caller(nobody, 'org_admin', orgA), ofOrgA, true, false],
  ['an administrator of another organisation', caller(nobody, 'org_admin', orgB), ofOrgA, false, false],
  ['an administrator of an organisation, of whom none enrolled', caller(nobody, 'org_admin', orgA), ofNobody, false, false],
  ['an administrator of no organisation, of whom none enrolled', caller(nobody, 'org_admin', null), ofNobody, false, false],
  ['an administrator', caller(nobody, 'admin'), ofOrgA, true, false],
  ['an administrator, of whom none enrolled', caller(nobody, 'admin'), ofNobody, true, false],
]
const CASES = TABLES.flatMap((table) =>
  SIGHTS.map(([who, as, owner, isTheirs, isTheirKey]) => ({
    table,
    who,
    as,
    owner,
    sees: table === 'idempotency_key' ? isTheirKey : isTheirs,
  })),
)

/** Runs `work` as a caller and takes back what it did. */
async function trying<T>(as: Caller, work: (tx: Tx) => Promise<T>): Promise<T> {
  const done: { result?: T } = {}
  const undo = new Error('undo')
  await callers
    .run(as, async (tx) => {
      done.result = await work(tx)
      throw undo
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error
    })
  return done.result!
}
const count = async (tx: Tx, text: string, values: unknown[] = []) => (await query(tx, { text }, values)).length

describe.each(CASES)('$table: $who', ({ table, as, owner, sees }) => {
  const { may, open, fixed } = GUARDED[table]!
  const rows = sees ? 1 : 0

  it(`${sees ? 'sees' : 'does not see'} the row`, async () => {
    expect(await trying(as, (tx) => count(tx, `select from ${table} where user_id = $1`, [owner.userId]))).toBe(rows)
  })

  it(`${sees ? 'adds' : 'cannot add'} one`, async () => {
    const adding = trying(as, (tx) => addRow(tx, table, owner))
    if (sees) await expect(adding).resolves.toBeUndefined()
    else await expect(adding).rejects.toThrow(`violates row-level security policy for table "${table}"`)
  })

  it(`${sees && may.length > 0 ? may.join('s and ') + 's' : 'cannot change'} it`, async () => {
    const change = (verb: 'update' | 'delete') => {
      const set = verb === 'update' ? `update ${table} set ${open ?? fixed} = ${open ?? fixed}` : `delete from ${table}`
      return trying(as, (tx) => count(tx, `${set} where user_id = $1 returning 1`, [owner.userId]))
    }
    for (const verb of ['update', 'delete'] as const) {
      if (may.includes(verb)) expect(await change(verb)).toBe(rows)
      else await expect(change(verb)).rejects.toThrow(`permission denied for table ${table}`)
    }
  })

  it('cannot move it to another learner or another course', async () => {
    for (const column of ['user_id', fixed]) {
      const moving = trying(as, (tx) => query(tx, { text: `update ${table} set ${column} = ${column} where user_id = $1` }, [owner.userId]))
      await expect(moving).rejects.toThrow(`permission denied for table ${table}`)
    }
  })
})

describe.each(TABLES)('%s', (table) => {
  const everything = `select from ${table}`

  it('shows nothing to a caller who has not said who they are', async () => {
    expect(await transaction(pool, (tx) => count(tx, everything))).toBe(0)
    const unnamed = { ...caller(''), orgId: '' }
    expect(await trying(unnamed, (tx) => count(tx, everything))).toBe(0)
    expect(await trying({ ...unnamed, isOrgAdmin: true }, (tx) => count(tx, everything))).toBe(0)
    await expect(transaction(pool, (tx) => addRow(tx, table, ofNobody))).rejects.toThrow('violates row-level security policy')
  })

  it('lets no row go out of sight, even where the columns are open', async () => {
    const moving = asAdmin(database.adminUrl, async (client) => {
      await client.query('begin')
      await client.query(`set local search_path = progress`)
      await client.query(`grant update on ${table} to progress_caller`)
      await client.query('set local role progress_caller')
      await client.query("select set_config('laurel.user_id', $1, true)", [ofOrgA.userId])
      return client.query(`update ${table} set user_id = $1`, [nobody])
    })
    await expect(moving).rejects.toThrow(`violates row-level security policy for table "${table}"`)
  })

  it('is still found by the index of its learner', async () => {
    const plan = await trying(caller(ofOrgA.userId), async (tx) => {
      await query(tx, { text: 'set local enable_seqscan = off' })
      return query<{ 'QUERY PLAN': string }>(tx, { text: `explain select * from ${table} where user_id = $1` }, [ofOrgA.userId])
    })
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index Cond: \(user_id = /)
  })
})

it.each([...TABLES, 'import_run', 'erased_learner'])('%s shows nothing to the owner of the schema', async (table) => {
  const asOwner = await database.as('owner', 1)
  const everything = `select from ${table}`
  expect(await transaction(asOwner, (tx) => count(tx, everything))).toBe(0)
  expect(await transaction(database.dataSource, (tx) => count(tx, everything))).toBeGreaterThan(0)
  await asOwner.destroy()
})

it('guards every table that names learners', async () => {
  const unguarded = await asAdmin(database.adminUrl, (client) =>
    client.query(`select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
                   where relnamespace = 'progress'::regnamespace and relkind = 'r' and attname in ('user_id', 'user_hash')
                     and not (relrowsecurity and relforcerowsecurity)`),
  )
  expect(unguarded.rows).toEqual([])
})

it('who the caller is ends with their transaction', async () => {
  const connection = (tx: Tx) =>
    query<{ pid: number; user_id: string }>(tx, {
      text: `select pg_backend_pid() as pid, current_setting('laurel.user_id', true) as user_id`,
    })
  const [during] = await callers.run(caller(ofOrgA.userId, 'admin', orgA), connection)
  expect(during!.user_id).toBe(ofOrgA.userId)
  expect(await transaction(pool, connection)).toEqual([{ pid: during!.pid, user_id: '' }])
  for (const setting of ['laurel.org_id', 'laurel.role'])
    expect(await pool.query('select current_setting($1, true) as value', [setting])).toEqual([{ value: '' }])
})

it('a hidden enrollment is neither changed nor shown by adding it again', async () => {
  const sql = `insert into enrollments (user_id, course_version_id, org_id, revision) values ($1, $2, $3, 1)`
  const again = (conflict: string) =>
    trying(caller(nobody, 'org_admin', orgB), (tx) =>
      count(tx, `${sql} on conflict (user_id, course_version_id) ${conflict} returning 1`, [ofOrgA.userId, courseVersionId, orgB]),
    )
  expect(await again('do nothing')).toBe(0)
  await expect(again(`do update set status = 'active'`)).rejects.toThrow('violates row-level security policy')
})

describe('progress_caller', () => {
  const admin = caller(nobody, 'admin')

  it('announces, without reading what others announced', async () => {
    const event = { topic: 'lesson.completed', key: 'k', headers: {}, value: Buffer.from('{}') }
    await expect(trying(admin, (tx) => addToOutbox(tx, [event, event]))).resolves.toBeUndefined()
    await expect(trying(admin, (tx) => query(tx, { text: 'select id from outbox' }))).rejects.toThrow('permission denied for table outbox')
  })

  it.each(['consumer_fence', 'parked_event', 'import_run', 'import_error', 'migration'])('cannot read %s', async (table) => {
    await expect(trying(admin, (tx) => query(tx, { text: `select from ${table}` }))).rejects.toThrow(`permission denied for table ${table}`)
  })

  it.each([
    ['alter table enrollments disable row level security', 'must be owner of table enrollments'],
    ['drop policy of_caller on enrollments', 'must be owner of relation enrollments'],
    ['create policy all_mine on enrollments using (true)', 'must be owner of table enrollments'],
    ['truncate enrollments', 'permission denied for table enrollments'],
    ['insert into course_version select * from course_version', 'permission denied for table course_version'],
    ['create table mine (id int)', 'permission denied for schema progress'],
  ])('cannot %s', async (text, reason) => {
    await expect(trying(admin, (tx) => query(tx, { text }))).rejects.toThrow(reason)
  })
})

it('the runtime roles own nothing and see no other schema of Laurel', async () => {
  const found = await asAdmin(database.adminUrl, async (client) => {
    await client.query('create schema credential; create table credential.certificates (id int)')
    return client.query(`select rolname, (select count(*)::int from pg_shdepend where refobjid = r.oid and deptype = 'o') as owned,
                                has_schema_privilege(oid, 'progress', 'create') as makes, has_schema_privilege(oid, 'credential', 'usage') as other,
                                has_schema_privilege(oid, 'progress_jobs', 'usage') as jobs
                           from pg_roles r where rolname in ('progress_caller', 'progress_writer') order by 1`)
  })
  const nothing = { owned: 0, makes: false, other: false, jobs: false }
  expect(found.rows).toEqual(['progress_caller', 'progress_writer'].map((rolname) => ({ rolname, ...nothing })))
})
