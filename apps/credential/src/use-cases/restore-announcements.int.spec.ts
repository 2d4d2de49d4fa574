import { randomUUID } from 'node:crypto'
import { CourseCompletedV1, CourseVersionPublishedV1, CredentialIssuedV1 } from '@laurel/contracts'
import type { JobQueue } from '@laurel/jobs'
import { transaction } from '@laurel/postgres'
import { batchOf, courseCompletion, createTestDatabase, type TestDatabase } from '@laurel/testing'
import { credentialDatabase } from '../credential.module'
import { IssuingFixture } from '../issuing.fixture'
import { published } from '../published.fixture'
import { adoptPublished } from './adopt-course-versions'
import { issueCredential, type IssuePorts } from './issue-credential'
import { recordCompletions } from './record-completions'
import { restoreAnnouncements } from './restore-announcements'

/** Real: Postgres, HTTP. The outside systems are a local server; jobs are done by the spec. */
let database: TestDatabase
let outside: IssuingFixture
let ports: IssuePorts
const NO_JOBS = { enqueue: () => Promise.resolve() } as unknown as JobQueue

beforeAll(async () => {
  database = await createTestDatabase(credentialDatabase)
})
afterAll(() => database.drop())
beforeEach(async () => {
  outside = new IssuingFixture()
  await outside.start()
  ports = outside.ports(database.dataSource)
  await emptied()
})
afterEach(() => outside.stop())

const TABLES = ['certificates', 'completions', 'course_versions', 'announced_credentials', 'outbox']
/** As when the schema is lost. */
async function emptied(): Promise<void> {
  for (const table of TABLES) await database.dataSource.query(`delete from ${table}`)
}

const version = published()
const data = courseCompletion(version)
const certificates = (): Promise<unknown[]> =>
  database.dataSource.query(
    `select user_id, course_version_id, cycle, completion_id, certificate_uid, status, issued_at, expires_at, metadata, credly_badge_id
       from certificates`,
  )
const kept = (): Promise<unknown[]> => database.dataSource.query('select * from announced_credentials')

const given = (): Promise<unknown> =>
  transaction(database.dataSource, async (tx) => {
    await adoptPublished(tx, NO_JOBS, batchOf(CourseVersionPublishedV1, version))
    await recordCompletions(tx, NO_JOBS, batchOf(CourseCompletedV1, data), true)
  })
const issue = (): Promise<void> =>
  issueCredential(ports)({ completion_id: data.completion_id }, { id: 'job', attempt: 1, signal: new AbortController().signal })
const readBack = (...events: CredentialIssuedV1[]): Promise<void> =>
  transaction(database.dataSource, (tx) => restoreAnnouncements(tx, batchOf(CredentialIssuedV1, ...events)))
async function announced(): Promise<CredentialIssuedV1[]> {
  const rows: { payload: Buffer }[] = await database.dataSource.query('select payload from outbox order by id')
  return rows.map(({ payload }) => JSON.parse(payload.toString()) as CredentialIssuedV1)
}

/** As another copy of the database has announced it. */
function announcement(change: Partial<CredentialIssuedV1> = {}): CredentialIssuedV1 {
  const { user_id, course_version_id, completion_id } = data
  return { certificate_uid: randomUUID(), user_id, course_version_id, completion_id, issued_at: '2026-01-10T08:00:00.000Z', ...change }
}

it('issues an announced credential as it was, asks for no second badge and announces nothing, after the schema was emptied', async () => {
  await given()
  await issue()
  const [before, events] = [await certificates(), await announced()]
  await emptied()
  await readBack(...events)
  await given()
  await issue()
  await issue()
  expect(await certificates()).toEqual(before)
  expect(await announced()).toEqual([])
  expect([outside.posts, outside.badges.size]).toEqual([1, 1])
  expect(await kept()).toEqual([])
})

it('issues no badge again that was taken back at Credly', async () => {
  await given()
  await issue()
  const events = await announced()
  await emptied()
  outside.badges.clear()
  await readBack(...events)
  await given()
  await issue()
  expect(await certificates()).toMatchObject([{ status: 'issued', credly_badge_id: null }])
  expect(outside.posts).toBe(1)
})

it('keeps to what was announced where an older copy has drawn another certificate', async () => {
  await given()
  outside.troubles = ['effect-then-break']
  await expect(issue()).rejects.toMatchObject({ name: 'OutsideCallError' })
  const { certificate_uid, issued_at } = announcement()
  await readBack(announcement({ certificate_uid }))
  await issue()
  expect(await certificates()).toMatchObject([{ certificate_uid, status: 'issued', issued_at: new Date(issued_at), expires_at: null }])
  expect(await announced()).toEqual([])
  expect(outside.badges.size).toBe(1)
})

it('looks for the badge of a certificate that was drawn before Credly was asked, when it was announced since', async () => {
  await given()
  outside.troubles = ['break']
  await expect(issue()).rejects.toMatchObject({ name: 'OutsideCallError' })
  await database.dataSource.query('update certificates set credly_asked_at = null')
  outside.badges.set(`${data.user_id}@learners.example|food-safety`, 'badge-from-before')
  await readBack(announcement())
  await issue()
  expect(await certificates()).toMatchObject([{ status: 'issued', credly_badge_id: 'badge-from-before' }])
  expect(outside.posts).toBe(1)
})

it('keeps to the first announcement of a completion, its times included', async () => {
  const [first, second] = [announcement(), announcement()]
  await readBack(first, second)
  await readBack(second)
  await given()
  await issue()
  expect(await certificates()).toMatchObject([
    { certificate_uid: first.certificate_uid, issued_at: new Date(first.issued_at), expires_at: null },
  ])
})

it('changes and keeps nothing where the certificate is issued', async () => {
  await given()
  await issue()
  const before = await certificates()
  await readBack(...(await announced()), announcement())
  expect(await certificates()).toEqual(before)
  expect(await kept()).toEqual([])
})
