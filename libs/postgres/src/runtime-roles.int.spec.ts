import { randomBytes } from 'node:crypto'
import { asAdmin, createTestDatabase, type TestDatabase } from '@laurel/testing'
import { createDataSource, migrate, provision } from './index'

const [owner, reader] = ['probe_roles', 'probe_roles_reader']
const migrations = [
  {
    name: '001-secrets',
    sql: `create table secret (id int);
          alter table secret enable row level security;
          alter table secret force row level security;
          create policy seen on secret to ${reader} using (true) with check (true);
          grant select, insert on secret to ${reader};`,
  },
]
const service = { schema: owner, role: reader, runtimeRoles: [reader], migrations }

describe('runtime roles on a real server', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase(service)
  })
  afterAll(() => database.drop())

  it('are what every connection of a pool is, from its first statement and after a reset', async () => {
    const whoAmI = () => database.dataSource.query('select current_user as who, session_user as login, current_schema() as at')
    const [first] = await Promise.all([whoAmI(), whoAmI(), whoAmI()])
    expect(first).toEqual([{ who: reader, login: owner, at: owner }])
    await database.dataSource.query('reset role')
    expect(await whoAmI()).toEqual(first)
  })

  it('have what migrations granted, which the owner does not inherit', async () => {
    await database.dataSource.query('insert into secret values (1)')
    expect(await database.dataSource.query('select id from secret')).toEqual([{ id: 1 }])
    const asOwner = await database.as('owner')
    expect(await asOwner.query('select id from secret')).toEqual([])
    await expect(asOwner.query('insert into secret values (2)')).rejects.toThrow('violates row-level security policy')
  })

  it.each([
    ['create a table', 'create table mine (id int)', 'permission denied for schema'],
    ['read what was not granted', 'select * from migration', 'permission denied for table migration'],
    ['change the table', 'alter table secret no force row level security', 'must be owner of table secret'],
    ['drop a policy', 'drop policy seen on secret', 'must be owner of relation secret'],
    ['become another role', 'set role pg_read_all_data', 'permission denied to set role'],
    ['log in', `alter role ${reader} login`, 'permission denied to alter role'],
  ])('cannot %s', async (_, statement, reason) => {
    await expect(database.dataSource.query(statement)).rejects.toThrow(reason)
  })

  it('are taken on by those alone to whom they were granted', async () => {
    const other = await createTestDatabase({ schema: 'probe', migrations: [] })
    const stranger = createDataSource({ url: other.url, schema: 'probe', role: reader, applicationName: 'laurel-test', migrations: [] })
    await expect(stranger.initialize()).rejects.toThrow(`permission denied to set role "${reader}"`)
    await other.drop()
  })

  it('are left behind by migrations: the owner migrates', async () => {
    const more = { name: '002-more', sql: 'create table more (id int)' }
    expect(await migrate({ url: database.url, schema: owner, migrations: [...migrations, more] })).toEqual(['002-more'])
    const owners = await database.dataSource.query(`select tableowner from pg_tables where schemaname = $1`, [owner])
    expect(owners).toEqual([1, 2, 3].map(() => ({ tableowner: owner })))
  })

  it('are provisioned by several stacks of one server at once, and again, and end without rights of their own', async () => {
    const name = `probe_crowd_${randomBytes(4).toString('hex')}`
    const roles = [`${name}_a`, `${name}_b`]
    const crowd = { schema: name, runtimeRoles: roles, migrations: [] }
    const databases = await Promise.all([1, 2, 3, 4, 5, 6].map(() => createTestDatabase(crowd)))
    await asAdmin(database.adminUrl, (client) =>
      client.query(`alter role ${roles[0]} login bypassrls; grant ${roles[0]} to ${name} with inherit true`),
    )
    await provision(databases[0]!.adminUrl, [{ ...crowd, password: 'laurel-test' }])
    const found = await asAdmin(database.adminUrl, async (client) => {
      const { rows } = await client.query(
        `select r.rolname, rolsuper or rolinherit or rolcreaterole or rolcreatedb or rolcanlogin or rolreplication or rolbypassrls as may,
                m.inherit_option, m.set_option, m.admin_option
           from pg_roles r join pg_auth_members m on m.roleid = r.oid where rolname = any($1) order by 1`,
        [roles],
      )
      return rows as unknown[]
    })
    expect(found).toEqual(roles.map((rolname) => ({ rolname, may: false, inherit_option: false, set_option: true, admin_option: false })))
    await Promise.all(databases.map((one) => one.drop()))
    await asAdmin(database.adminUrl, (client) => client.query(`drop role ${name}, ${roles.join(', ')}`))
  })
})
