import { randomUUID } from 'node:crypto'
import { query, type Tx } from '@laurel/postgres'
import type { Caller } from '@laurel/service-shell'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { progressDatabase } from '../progress.module'
import { CallerDatabase } from './caller-database'
import { lastAccesses, myCourses } from './my-courses-store'
import { rosterPage } from './roster-store'
import { countCourse } from './statistics-store'

/** Real: Postgres, with 20,000 enrollments of 20 course versions and 5 lessons each, in the role and under the policies of callers. */
let database: TestDatabase
let callers: CallerDatabase
const versions = Array.from({ length: 20 }, () => randomUUID())
const lessons = Array.from({ length: 5 }, () => randomUUID())
const [version, orgId] = [versions[7]!, randomUUID()]

beforeAll(async () => {
  database = await createTestDatabase(progressDatabase)
  callers = new CallerDatabase(await database.as('progress_caller', 2))
  const { dataSource } = database
  await dataSource.query(
    `insert into enrollments (user_id, course_version_id, status, org_id, revision)
     select gen_random_uuid(), v, case when n % 10 = 0 then 'completed' else 'active' end, case when n % 3 = 0 then $2::uuid end, 1
       from unnest($1::uuid[]) v, generate_series(1, 1000) n`,
    [versions, orgId],
  )
  await dataSource.query(
    `insert into lesson_progress (user_id, enrolled_course_version_id, lesson_id)
     select user_id, course_version_id, l from enrollments, unnest($1::uuid[]) l`,
    [lessons],
  )
  const owner = await database.as('owner', 1)
  await owner.query('analyze enrollments, lesson_progress')
}, 60_000)
afterAll(() => database.drop())

const caller = (over: Partial<Caller>): Caller => ({
  userId: randomUUID(),
  orgId: null,
  roles: [],
  isAdmin: false,
  isOrgAdmin: false,
  ...over,
})
const ADMIN = caller({ isAdmin: true })
const ORG_ADMIN = caller({ isOrgAdmin: true, orgId })

type Reads = Record<string, { scanned: number; found: number }>

/** What of each table the session has read by scanning it and through its indexes, since it told the server last. */
async function readSoFar(tx: Tx): Promise<Reads> {
  const rows = await query<{ relname: string; scanned: string; found: string }>(tx, {
    text: `select relname, seq_tup_read as scanned, coalesce(idx_tup_fetch, 0) as found from pg_stat_xact_user_tables
            where relname in ('enrollments', 'lesson_progress')`,
  })
  return Object.fromEntries(rows.map(({ relname, scanned, found }) => [relname, { scanned: Number(scanned), found: Number(found) }]))
}

/** How many rows the work reads, planned for its values or for any. */
function reads(who: Caller, planMode: string, work: (tx: Tx) => Promise<unknown>): Promise<Reads> {
  return callers.run(who, async (tx) => {
    await query(tx, { text: `select set_config('plan_cache_mode', $1, true)` }, [planMode])
    const before = await readSoFar(tx)
    await work(tx)
    const after = await readSoFar(tx)
    return Object.fromEntries(
      Object.entries(after).map(([table, { scanned, found }]) => {
        return [table, { scanned: scanned - (before[table]?.scanned ?? 0), found: found - (before[table]?.found ?? 0) }]
      }),
    )
  })
}
const ALL = { orgId: null, status: null, minPercentage: 0, maxPercentage: 100 }

describe.each(['force_custom_plan', 'force_generic_plan'])('with %s', (planMode) => {
  it.each([
    ['an administrator', ADMIN, null],
    ['an organisation’s administrator', ORG_ADMIN, orgId],
  ])('a page of the roster for %s reads a range of the index and stops', async (_, who, ofOrg) => {
    const middle = { courseVersionId: version, userId: '80000000-0000-4000-8000-000000000000' }
    const { enrollments } = await reads(who, planMode, async (tx) => {
      expect(await rosterPage(tx, [version], { ...ALL, orgId: ofOrg }, middle, 50)).toHaveLength(50)
    })
    expect(enrollments).toMatchObject({ scanned: 0 })
    expect(enrollments!.found).toBeLessThan(ofOrg === null ? 60 : 400)
  })

  it('a page of the roster of a whole course as well', async () => {
    const { enrollments } = await reads(ADMIN, planMode, async (tx) => {
      expect(await rosterPage(tx, versions, ALL, null, 50)).toHaveLength(50)
    })
    expect(enrollments).toMatchObject({ scanned: 0 })
    expect(enrollments!.found).toBeLessThanOrEqual(100)
  })

  it.each([
    ['an administrator', ADMIN, null, 1_000],
    ['an organisation’s administrator', ORG_ADMIN, orgId, 333],
  ])('statistics for %s read the enrollments of the version and their lessons', async (_, who, ofOrg, expected) => {
    const read = await reads(who, planMode, async (tx) => {
      expect(await countCourse(tx, version, ofOrg, lessons)).toMatchObject({ enrolled: expected })
    })
    expect(read).toMatchObject({ enrollments: { scanned: 0 }, lesson_progress: { scanned: 0, found: expected * 5 } })
  })

  it('a learner’s courses read their own rows alone', async () => {
    const [one] = await callers.run(ADMIN, (tx) => rosterPage(tx, [version], ALL, null, 1))
    const { userId } = one!
    const read = await reads(caller({ userId }), planMode, async (tx) => {
      expect(await myCourses(tx, { userId, orgId: null, status: null }, null, 50)).toHaveLength(1)
      expect((await lastAccesses(tx, userId, [version])).get(version)).toHaveLength(5)
    })
    expect(read).toEqual({ enrollments: { scanned: 0, found: 1 }, lesson_progress: { scanned: 0, found: 5 } })
  })
})
