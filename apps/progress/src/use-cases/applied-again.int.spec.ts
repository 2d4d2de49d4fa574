import { CourseCompletedV1, CourseCompletionRevokedV1, EnrollmentChangedV1, EnrollmentRequestedV1 } from '@laurel/contracts'
import type { Received } from '@laurel/messaging'
import { createTestDatabase, received, type TestDatabase } from '@laurel/testing'
import { Member } from '../consumers/member.fixture'
import { announced, at, course, Learner, type Announced } from '../events.fixture'
import { progressDatabase } from '../progress.module'

/** Real: Postgres, and the connections to it. */
let database: TestDatabase
let one: Member

beforeAll(async () => {
  database = await createTestDatabase(progressDatabase)
  one = new Member(database.dataSource)
})
afterAll(() => database.drop())

const TABLES = ['enrollments', 'enrollments_archive', 'outbox'] as const
type Rows = readonly Record<string, unknown>[]

/** What a backup holds. */
const backup = () => Promise.all(TABLES.map((table) => database.dataSource.query<Rows>(`select to_jsonb(t) as row from ${table} t`)))

/** The database is as it was; its sequences stand where they stood. */
async function putBack(rows: readonly Rows[]): Promise<void> {
  for (const [index, table] of TABLES.entries()) {
    await database.dataSource.query(`delete from ${table}`)
    await database.dataSource.query(
      `insert into ${table} overriding system value select (jsonb_populate_record(null::${table}, e -> 'row')).* from jsonb_array_elements($1::jsonb) e`,
      [JSON.stringify(rows[index])],
    )
  }
}

/** A learner's story as it lies in the topics; of some records the broker's clock says the same millisecond. */
function story() {
  const learner = new Learner(course({ required: 1 }))
  const record = (n: number) => new Date(at(n))
  const request = (action: EnrollmentRequestedV1['action'], n: number, recorded = n) =>
    received(EnrollmentRequestedV1, learner.request(action, n), record(recorded))
  const records: Received[] = [
    request('enroll', 1),
    request('cancel', 2, 3),
    request('enroll', 3),
    request('cancel', 4),
    received(CourseCompletedV1, learner.completion(5), record(7)),
    received(CourseCompletionRevokedV1, learner.revocation(6), record(7)),
    request('open_cycle', 7, 8),
    request('cancel', 8),
    request('enroll', 9),
    received(CourseCompletedV1, learner.completion(10, 2), record(11)),
    request('revoke', 11, 12),
    request('reactivate', 12),
    request('open_cycle', 13),
    request('cancel', 14),
  ]
  return { learner, records }
}

/** Neighbours of one topic in one batch. */
function batches(records: readonly Received[], atMost: number): Received[][] {
  const all: Received[][] = []
  for (const record of records) {
    const last = all.at(-1)
    if (last && last.length < atMost && last[0]!.topic === record.topic) last.push(record)
    else all.push([record])
  }
  return all
}

async function take(records: readonly Received[], atMost: number): Promise<void> {
  for (const batch of batches(records, atMost)) expect(await one.takeReceived(batch)).toEqual([])
}

const STANDING = 'status, completed_at, cycle, cycle_started_at, revision, requested_at, status_reason, revoked_completion_id'
const standing = async ({ userId }: Learner) => ({
  open: await database.dataSource.query<Rows>(`select ${STANDING} from enrollments where user_id = $1`, [userId]),
  closed: await database.dataSource.query<Rows>(
    `select ${STANDING}, closed_at from enrollments_archive where user_id = $1 order by cycle`,
    [userId],
  ),
})
const changes = (learner: Learner) => announced(database.dataSource, learner, EnrollmentChangedV1.topic)
const revisionOf = ({ data }: Announced) => data['revision'] as number

it.each([
  ['one by one, and then in batches', 1, 9],
  ['in batches, and then one by one', 9, 1],
  ['in batches with other bounds', 3, 2],
])('what Kafka has brought is the same when it is applied again after the database was put back: %s', async (_, first, then) => {
  for (const restoredAt of [0, 3, 5, 9]) {
    const { learner, records } = story()
    await take(records.slice(0, restoredAt), first)
    const copy = await backup()
    await take(records.slice(restoredAt), first)
    const [before, told] = [await standing(learner), await changes(learner)]
    await putBack(copy)
    await take(records.slice(restoredAt), then)
    expect(await standing(learner)).toEqual(before)
    const again = await changes(learner)
    expect(again.at(-1)).toEqual(told.at(-1))
    // A revision is one state: whatever batches it was told by.
    const known = new Map(told.map((event) => [revisionOf(event), event]))
    for (const event of again) expect(known.get(revisionOf(event)) ?? event).toEqual(event)
    expect(Math.max(...again.map(revisionOf))).toBe(Math.max(...told.map(revisionOf)))
  }
})

it('gives each change the time of its record, or one more than the last where that is not later', async () => {
  const { learner, records } = story()
  await take(records, 1)
  const micros = (n: number) => Date.parse(at(n)) * 1_000
  expect((await changes(learner)).map((event) => revisionOf(event) - micros(0))).toEqual([
    1e6,
    3e6,
    3e6 + 1,
    4e6,
    7e6,
    7e6 + 1,
    8e6,
    8e6 + 1,
    9e6,
    11e6,
    12e6,
    12e6 + 1,
    13e6,
    14e6,
  ])
})
