import { binaryArray, query, type Tx } from '@laurel/postgres'
import type { ClosedCycle, EnrollmentStatus } from '../domain/ledger'
import { ledgerKey, type CycleKey, type LedgerKey } from './ledger-key'

/** A piece of a cycle's log; pages are counted from 1. */
export interface EvidencePage extends CycleKey {
  readonly page: number
  readonly entries: Buffer
}

interface ClosedCycleRow {
  course_version_id: string
  user_id: string
  cycle: number
  started_at: Date
  ended_at: Date
  status: EnrollmentStatus | null
}

const PAGES = {
  name: 'evidence-pages',
  text: `select p.course_version_id, p.user_id, p.entries
           from unnest($1::uuid[], $2::uuid[], $3::int4[]) as k(course_version_id, user_id, cycle)
           join evidence_page p using (course_version_id, user_id, cycle)
          order by p.course_version_id, p.user_id, p.page`,
}
const ADD_PAGES = {
  name: 'evidence-page-add',
  text: `insert into evidence_page (course_version_id, user_id, cycle, page, entries)
         select * from unnest($1::uuid[], $2::uuid[], $3::int4[], $4::int4[], $5::bytea[])`,
}
const NEXT_PAGE = {
  name: 'evidence-page-next',
  text: `select coalesce(max(page), 0) + 1 as page from evidence_page where course_version_id = $1 and user_id = $2 and cycle = $3`,
}
const CLOSE = {
  name: 'closed-cycle-add',
  text: `insert into closed_cycle (course_version_id, user_id, cycle, started_at, ended_at, status)
         select * from unnest($1::uuid[], $2::uuid[], $3::int4[], $4::timestamptz[], $5::timestamptz[], $6::text[])`,
}
const CLOSED = {
  name: 'closed-cycles',
  text: `select c.* from unnest($1::uuid[], $2::uuid[]) as k(course_version_id, user_id)
           join closed_cycle c using (course_version_id, user_id)
          order by c.course_version_id, c.user_id, c.cycle`,
}

/** The pages of these cycles, oldest first, by `ledgerKey`; one cycle per enrollment. */
export async function readPages(tx: Tx, cycles: readonly CycleKey[]): Promise<Map<string, Buffer[]>> {
  if (cycles.length === 0) return new Map()
  const rows = await query<{ course_version_id: string; user_id: string; entries: Buffer }>(tx, PAGES, [
    binaryArray.uuid(cycles.map((cycle) => cycle.courseVersionId)),
    binaryArray.uuid(cycles.map((cycle) => cycle.userId)),
    binaryArray.int4(cycles.map((cycle) => cycle.cycle)),
  ])
  const pages = new Map<string, Buffer[]>()
  for (const row of rows) {
    const key = `${row.course_version_id}:${row.user_id}`
    const known = pages.get(key)
    if (known) known.push(row.entries)
    else pages.set(key, [row.entries])
  }
  return pages
}

export async function addPages(tx: Tx, pages: readonly EvidencePage[]): Promise<void> {
  if (pages.length === 0) return
  await query(tx, ADD_PAGES, [
    binaryArray.uuid(pages.map((page) => page.courseVersionId)),
    binaryArray.uuid(pages.map((page) => page.userId)),
    binaryArray.int4(pages.map((page) => page.cycle)),
    binaryArray.int4(pages.map((page) => page.page)),
    binaryArray.bytea(pages.map((page) => page.entries)),
  ])
}

/** The number that a further page of a cycle gets; its enrollment must be locked. */
export async function nextPage(tx: Tx, { courseVersionId, userId, cycle }: CycleKey): Promise<number> {
  const [row] = await query<{ page: number }>(tx, NEXT_PAGE, [courseVersionId, userId, cycle])
  return row!.page
}

export async function addClosedCycles(tx: Tx, cycles: readonly ClosedCycle[]): Promise<void> {
  if (cycles.length === 0) return
  await query(tx, CLOSE, [
    binaryArray.uuid(cycles.map((cycle) => cycle.courseVersionId)),
    binaryArray.uuid(cycles.map((cycle) => cycle.userId)),
    binaryArray.int4(cycles.map((cycle) => cycle.cycle)),
    binaryArray.timestamptz(cycles.map((cycle) => new Date(cycle.startedAt))),
    binaryArray.timestamptz(cycles.map((cycle) => new Date(cycle.endedAt))),
    binaryArray.text(cycles.map((cycle) => cycle.status)),
  ])
}

/** The closed cycles of these enrollments, the first one first, by `ledgerKey`. */
export async function closedCycles(tx: Tx, keys: readonly LedgerKey[]): Promise<Map<string, ClosedCycle[]>> {
  if (keys.length === 0) return new Map()
  const rows = await query<ClosedCycleRow>(tx, CLOSED, [
    binaryArray.uuid(keys.map((key) => key.courseVersionId)),
    binaryArray.uuid(keys.map((key) => key.userId)),
  ])
  return Map.groupBy(rows.map(toClosedCycle), ledgerKey)
}

function toClosedCycle(row: ClosedCycleRow): ClosedCycle {
  return {
    courseVersionId: row.course_version_id,
    userId: row.user_id,
    cycle: row.cycle,
    startedAt: row.started_at.getTime(),
    endedAt: row.ended_at.getTime(),
    status: row.status,
  }
}
