import type { Rule } from '@laurel/course-rule'
import { binaryArray, query, WriteConflictError, type Tx } from '@laurel/postgres'
import { decodeLog, encodeLog } from '../domain/evidence-log'
import { closedBetween, emptyLedger, type EnrollmentStatus, type Ledger } from '../domain/ledger'
import { addClosedCycles, addPages, readPages, type EvidencePage } from './cycle-store'
import { doneBits, requiredBits } from './done-bits'
import { ledgerKey, type CycleKey, type LedgerKey } from './ledger-key'

/** Bytes of observations that a ledger's own row holds, about 30; the older ones are in pages. Keeps the row small however long the course. */
export const ROW_EVIDENCE_BYTES = 700

const NIL_UUID = '00000000-0000-0000-0000-000000000000'

/** A ledger as it was locked. */
export interface LockedLedger {
  readonly ledger: Ledger
  /** The part of its log that its own row holds, and how many pages hold the rest; null when there is no row yet. */
  readonly stored: { readonly tail: Buffer; readonly pages: number } | null
}

/** What became of a locked ledger. */
export interface LedgerChange {
  readonly locked: LockedLedger
  readonly ledger: Ledger
}

/** A ledger that is to be decided as it is. */
export function unchanged(locked: LockedLedger): LedgerChange {
  return { locked, ledger: locked.ledger }
}

/** The rules of course versions by id, as far as they are known. */
export type Rules = ReadonlyMap<string, { readonly rule: Rule }>

export interface LedgerRow {
  course_version_id: string
  user_id: string
  cycle: number
  cycle_started_at: Date
  status: EnrollmentStatus | null
  revision: string
  org_id: string | null
  evidence: Buffer
  pages: number
  completed_at: Date | null
}

/** The columns of LedgerRow. */
export const LEDGER_COLUMNS = 'course_version_id, user_id, cycle, cycle_started_at, status, revision, org_id, evidence, pages, completed_at'
const LOCK = {
  name: 'ledger-lock',
  text: `select ${LEDGER_COLUMNS}
           from unnest($1::uuid[], $2::uuid[]) as k(course_version_id, user_id)
           join completion_ledger l using (course_version_id, user_id)
          order by l.course_version_id, l.user_id
            for no key update of l`,
}
const FIND = {
  name: 'ledger-find',
  text: `select ${LEDGER_COLUMNS} from completion_ledger where course_version_id = $1 and user_id = $2`,
}

const SATISFIED = {
  name: 'ledger-satisfied',
  text: `select user_id from completion_ledger
          where course_version_id = $1 and user_id > $2 and status = 'active' and completed_at is null
            and case when length(done) = length(($3::varbit[])[1]) then done & ($3::varbit[])[1] = ($3::varbit[])[1] else false end
          order by user_id limit $4`,
}

const MARK = {
  name: 'ledger-mark',
  text: `update completion_ledger l set completed_at = e.completed_at
           from unnest($1::uuid[], $2::uuid[], $3::int4[], $4::timestamptz[]) as e(course_version_id, user_id, cycle, completed_at)
          where l.course_version_id = e.course_version_id and l.user_id = e.user_id and l.cycle = e.cycle and l.completed_at is null`,
}

/** The rows as arrays, one per column of LEDGER_COLUMNS with `done` before `evidence`. */
const VALUES = `unnest($1::uuid[], $2::uuid[], $3::int4[], $4::timestamptz[], $5::text[], $6::int8[], $7::uuid[], $8::varbit[], $9::bytea[],
                       $10::int4[], $11::timestamptz[])
             as e(course_version_id, user_id, cycle, cycle_started_at, status, revision, org_id, done, evidence, pages, completed_at)`
const INSERT = {
  name: 'ledger-insert',
  text: `insert into completion_ledger (course_version_id, user_id, cycle, cycle_started_at, status, revision, org_id, done, evidence, pages,
                completed_at)
         select * from ${VALUES} order by course_version_id, user_id
         on conflict do nothing returning 1`,
}
const UPDATE = {
  name: 'ledger-update',
  text: `update completion_ledger l
            set cycle = e.cycle, cycle_started_at = e.cycle_started_at, status = e.status, revision = e.revision, org_id = e.org_id,
                done = e.done, evidence = e.evidence, pages = e.pages, completed_at = e.completed_at
           from ${VALUES}
          where l.course_version_id = e.course_version_id and l.user_id = e.user_id
         returning 1`,
}

/**
 * The ledgers of these enrollments, each once, locked in key order until the transaction ends; those that have no row yet
 * are returned empty, and inserted by `saveLedgers`.
 */
export async function lockLedgers(tx: Tx, keys: readonly LedgerKey[]): Promise<Map<string, LockedLedger>> {
  const once = new Map(keys.map((key) => [ledgerKey(key), { courseVersionId: key.courseVersionId, userId: key.userId }]))
  const locked = new Map<string, LockedLedger>([...once].map(([text, key]) => [text, { ledger: emptyLedger(key), stored: null }]))
  if (once.size === 0) return locked
  const rows = await query<LedgerRow>(tx, LOCK, [
    binaryArray.uuid([...once.values()].map((key) => key.courseVersionId)),
    binaryArray.uuid([...once.values()].map((key) => key.userId)),
  ])
  for (const [key, ledger] of await toLocked(tx, rows)) locked.set(key, ledger)
  return locked
}

/** Rows that this transaction has locked, with what their pages hold, by `ledgerKey`. */
export async function toLocked(tx: Tx, rows: readonly LedgerRow[]): Promise<Map<string, LockedLedger>> {
  const pages = await readPages(
    tx,
    rows.filter((row) => row.pages > 0).map((row) => ({ courseVersionId: row.course_version_id, userId: row.user_id, cycle: row.cycle })),
  )
  return new Map(
    rows.map((row) => {
      const key = `${row.course_version_id}:${row.user_id}`
      return [key, { ledger: toLedger(row, pages.get(key) ?? []), stored: { tail: row.evidence, pages: row.pages } }]
    }),
  )
}

/**
 * Active enrollments of a course version in which everything required is done and which are not complete: none, unless
 * something failed or electives are missing. In the order of user_id, after this one.
 */
export async function findSatisfiedUndecided(
  tx: Tx,
  version: { readonly courseVersionId: string; readonly rule: Rule },
  after: string | null,
  limit: number,
): Promise<LedgerKey[]> {
  const { courseVersionId, rule } = version
  const rows = await query<{ user_id: string }>(tx, SATISFIED, [
    courseVersionId,
    after ?? NIL_UUID,
    binaryArray.varbit([requiredBits(rule)]),
    limit,
  ])
  return rows.map((row) => ({ courseVersionId, userId: row.user_id }))
}

/** One ledger as it stands, unlocked; null when nothing is known of the enrollment. */
export async function findLedger(tx: Tx, key: LedgerKey): Promise<Ledger | null> {
  const [row] = await query<LedgerRow>(tx, FIND, [key.courseVersionId, key.userId])
  if (!row) return null
  const pages = await readPages(tx, [{ ...key, cycle: row.cycle }])
  return toLedger(row, pages.get(ledgerKey(key)) ?? [])
}

/**
 * Writes ledgers that `lockLedgers` returned in the same transaction, each once, and the cycles that they closed.
 *
 * @throws WriteConflictError when another transaction inserted one of them in between: the transaction is to be repeated
 */
export async function saveLedgers(tx: Tx, changes: readonly LedgerChange[], rules: Rules): Promise<void> {
  if (changes.length === 0) return
  const writes = changes.map(toWrite)
  await addPages(
    tx,
    writes.flatMap(({ spilled }) => spilled),
  )
  await addClosedCycles(
    tx,
    changes.flatMap(({ locked, ledger }) => closedBetween(locked.ledger, ledger) ?? []),
  )
  const [fresh, known] = [writes.filter(({ isNew }) => isNew), writes.filter(({ isNew }) => !isNew)]
  for (const [statement, some] of [
    [INSERT, fresh],
    [UPDATE, known],
  ] as const) {
    if (some.length === 0) continue
    const written = await query(tx, statement, columnsOf(some, rules))
    if (written.length !== some.length) throw new WriteConflictError('completion_ledger')
  }
}

/** Marks ledgers whose open cycle is known to be complete; those that are marked, or not there, stay as they are. */
export async function markLedgers(tx: Tx, completed: readonly (CycleKey & { readonly completedAt: number })[]): Promise<void> {
  if (completed.length === 0) return
  await query(tx, MARK, [
    binaryArray.uuid(completed.map((one) => one.courseVersionId)),
    binaryArray.uuid(completed.map((one) => one.userId)),
    binaryArray.int4(completed.map((one) => one.cycle)),
    binaryArray.timestamptz(completed.map((one) => new Date(one.completedAt))),
  ])
}

interface LedgerWrite {
  readonly ledger: Ledger
  readonly isNew: boolean
  readonly tail: Buffer
  readonly pages: number
  readonly spilled: readonly EvidencePage[]
}

function toWrite({ locked, ledger }: LedgerChange): LedgerWrite {
  const { stored } = locked
  const tail = stored?.tail ?? Buffer.alloc(0)
  const pages = stored?.pages ?? 0
  const page = { courseVersionId: ledger.courseVersionId, userId: ledger.userId }
  const write = { ledger, isNew: stored === null }
  if (ledger.cycle !== locked.ledger.cycle) {
    // The closed cycle keeps its whole log; what the new one has of it is written anew.
    const spilled = tail.length === 0 ? [] : [{ ...page, cycle: locked.ledger.cycle, page: pages + 1, entries: tail }]
    return { ...write, tail: encodeLog(ledger.observations), pages: 0, spilled }
  }
  const added = encodeLog(ledger.observations.slice(locked.ledger.observations.length))
  if (tail.length === 0 || tail.length + added.length <= ROW_EVIDENCE_BYTES)
    return { ...write, tail: Buffer.concat([tail, added]), pages, spilled: [] }
  return { ...write, tail: added, pages: pages + 1, spilled: [{ ...page, cycle: ledger.cycle, page: pages + 1, entries: tail }] }
}

function columnsOf(writes: readonly LedgerWrite[], rules: Rules): Buffer[] {
  const ledgers = writes.map(({ ledger }) => ledger)
  return [
    binaryArray.uuid(ledgers.map((ledger) => ledger.courseVersionId)),
    binaryArray.uuid(ledgers.map((ledger) => ledger.userId)),
    binaryArray.int4(ledgers.map((ledger) => ledger.cycle)),
    binaryArray.timestamptz(ledgers.map((ledger) => new Date(ledger.cycleStartedAt))),
    binaryArray.text(ledgers.map((ledger) => ledger.status)),
    binaryArray.int8(ledgers.map((ledger) => ledger.revision)),
    binaryArray.uuid(ledgers.map((ledger) => ledger.orgId)),
    binaryArray.varbit(ledgers.map((ledger) => doneBits(rules.get(ledger.courseVersionId)?.rule ?? null, ledger.observations))),
    binaryArray.bytea(writes.map(({ tail }) => tail)),
    binaryArray.int4(writes.map(({ pages }) => pages)),
    binaryArray.timestamptz(ledgers.map((ledger) => (ledger.completedAt === null ? null : new Date(ledger.completedAt)))),
  ]
}

function toLedger(row: LedgerRow, pages: readonly Buffer[]): Ledger {
  return {
    courseVersionId: row.course_version_id,
    userId: row.user_id,
    cycle: row.cycle,
    cycleStartedAt: row.cycle_started_at.getTime(),
    status: row.status,
    revision: Number(row.revision),
    orgId: row.org_id,
    observations: decodeLog(Buffer.concat([...pages, row.evidence])),
    completedAt: row.completed_at?.getTime() ?? null,
  }
}
