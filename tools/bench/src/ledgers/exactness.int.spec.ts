import { asAdmin, createTestDatabase, type TestDatabase } from '@laurel/testing'
import type { Client } from 'pg'
import { copyInto } from '../seed/load'
import { countEvidenceTooMany, countWrongLedgers } from './exactness'
import { LEDGER_COLUMNS, ledgerChunks, PAGE_COLUMNS, pageChunks } from './ledger-rows'
import { halfDone, LedgerWorld } from './ledger-world'
import { mixedLessons } from './lessons-done'
import { Model } from './model'
import type { EvidenceFormat } from './shipped'

const world = new LedgerWorld(halfDone(50, 2_500), 1)
const lessons = mixedLessons(world, 200)
const [anyone] = lessons.enrollments
const idsOf = (enrollment: number) => [world.textsOf(enrollment, 0).version, world.textsOf(enrollment, 0).user]
/** Two bytes for each entry, ten entries in a row. */
const format: EvidenceFormat = {
  rowBytes: 21,
  encodeLog: (entries) => Buffer.concat(entries.map(({ ordinal }) => Buffer.from([0, ordinal]))),
}
/** Of the ledgers what is looked at. */
const sql = `
  create table completion_ledger (course_version_id uuid, user_id uuid, cycle int, cycle_started_at timestamptz, status text,
    revision bigint, done varbit, evidence bytea, pages int, completed_at timestamptz, primary key (course_version_id, user_id));
  create table evidence_page (course_version_id uuid, user_id uuid, cycle int, page int, entries bytea)`

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ schema: 'completion', migrations: [{ name: '001-tables', sql }] })
})
afterAll(() => database.drop())

/** Ledgers as they are seeded, then as the model has them; all is undone afterwards. */
const withLedgers = <T>(work: (client: Client) => Promise<T>) =>
  asAdmin(database.adminUrl, async (client) => {
    await client.query('begin; set local search_path to completion, pg_temp')
    await copyInto(client, 'completion_ledger', LEDGER_COLUMNS, ledgerChunks(world, format))
    await copyInto(client, 'evidence_page', PAGE_COLUMNS, pageChunks(world, format))
    try {
      return await work(client)
    } finally {
      await client.query('rollback')
    }
  })

async function applyAll(client: Client): Promise<void> {
  const model = new Model(world, lessons)
  for (let enrollment = 0; enrollment < world.enrollments; enrollment++) {
    const at = model.completedAt(enrollment)
    const done = new Set(model.doneBy(enrollment))
    const bits = Array.from({ length: world.lessons }, (_, lesson) => (done.has(lesson) ? '1' : '0')).join('')
    await client.query(
      'update completion_ledger set done = $3::text::varbit, completed_at = $4 where course_version_id = $1 and user_id = $2',
      [...idsOf(enrollment), bits, at === null ? null : new Date(at)],
    )
  }
}

describe('countWrongLedgers', () => {
  it('finds every ledger that was not folded into, and none when all were', async () => {
    await withLedgers(async (client) => {
      expect(await countWrongLedgers(client, world, lessons)).toBe(new Set(lessons.enrollments).size)
      await applyAll(client)
      expect(await countWrongLedgers(client, world, lessons)).toBe(0)
    })
  })

  it.each([
    ['a bit too many', `update completion_ledger set done = set_bit(done, 49, 1 - get_bit(done, 49))`],
    ['a completion that was not decided', `update completion_ledger set completed_at = coalesce(completed_at, now()) + interval '1 ms'`],
    ['a ledger that is gone', 'delete from completion_ledger'],
  ])('finds %s', async (_, change) => {
    await withLedgers(async (client) => {
      await applyAll(client)
      await client.query(`${change} where course_version_id = $1 and user_id = $2`, idsOf(anyone!))
      expect(await countWrongLedgers(client, world, lessons)).toBe(1)
    })
  })

  it('finds a ledger that nobody expects', async () => {
    await withLedgers(async (client) => {
      await applyAll(client)
      await client.query(
        `insert into completion_ledger select gen_random_uuid(), user_id, 1, now(), status, 1, done from completion_ledger limit 1`,
      )
      expect(await countWrongLedgers(client, world, lessons)).toBe(1)
    })
  })
})

describe('seeded ledgers', () => {
  it('hold an entry for each done item, the older ones in full pages', async () => {
    await withLedgers(async (client) => {
      expect(await countEvidenceTooMany(client, format, world.doneItems)).toBe(0)
      expect(await countEvidenceTooMany(client, format, world.doneItems - 3)).toBe(3)
      const { rows } = await client.query<{ pages: number; tail: number; done: number; stored: number; bytes: number }>(
        `select l.pages, length(l.evidence) / 2 as tail, bit_count(l.done)::int as done, count(p)::int as stored, coalesce(sum(length(p.entries)), 0)::int as bytes
           from completion_ledger l left join evidence_page p using (course_version_id, user_id)
          group by l.course_version_id, l.user_id`,
      )
      expect(rows).toHaveLength(world.enrollments)
      for (const { pages, tail, done, stored, bytes } of rows) {
        expect([stored, bytes]).toEqual([pages, pages * 20])
        expect(tail + pages * 10).toBe(done)
        expect(tail).toBeGreaterThan(0)
        expect(tail).toBeLessThanOrEqual(10)
      }
    })
  })

  it('are active, in their first cycle, with the first lessons done', async () => {
    await withLedgers(async (client) => {
      const { rows } = await client.query(
        'select cycle, cycle_started_at, status, done::text from completion_ledger where course_version_id = $1 and user_id = $2',
        idsOf(3),
      )
      const done = '1'.repeat(world.doneBefore(3)).padEnd(50, '0')
      expect(rows).toEqual([{ cycle: 1, cycle_started_at: new Date(0), status: 'active', done }])
    })
  })
})
