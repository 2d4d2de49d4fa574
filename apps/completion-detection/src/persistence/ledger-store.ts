import { binaryArray, query, WriteConflictError, type Tx } from '@laurel/postgres'
import type { EnrollmentStatus, Ledger } from '../domain/completion'
import { NO_EVIDENCE } from '../domain/evidence'

/** Course version and learner: the key of an enrollment. */
export interface LedgerKey {
  readonly courseVersionId: string
  readonly userId: string
}

/** A ledger to write, and whether this write decides its completion. */
export interface LedgerWrite {
  readonly ledger: Ledger
  readonly detectedAt: Date | null
}

interface LedgerRow {
  course_version_id: string
  user_id: string
  cycle: number
  status: EnrollmentStatus | null
  revision: string
  org_id: string | null
  done_at: Buffer
  scores: Buffer
  completed_at: Date | null
  score: number | null
  version: number
}

export function ledgerKey(key: LedgerKey): string {
  return `${key.courseVersionId}:${key.userId}`
}

const LOCK = {
  name: 'ledger-lock',
  text: `select l.course_version_id, l.user_id, cycle, status, revision, org_id, done_at, scores, completed_at, score, version
           from unnest($1::uuid[], $2::uuid[]) as k(course_version_id, user_id)
           join completion_ledger l using (course_version_id, user_id)
          order by l.course_version_id, l.user_id
            for update of l`,
}

const WRITE = {
  name: 'ledger-write',
  text: `insert into completion_ledger as l (course_version_id, user_id, cycle, status, revision, org_id, done_at, scores,
                completed_at, score, detected_at, detected_by, version)
         select course_version_id, user_id, cycle, status, revision, org_id, done_at, scores, completed_at, score, detected_at,
                case when detected_at is not null then 'events' end, version
           from unnest($1::uuid[], $2::uuid[], $3::int4[], $4::text[], $5::int8[], $6::uuid[], $7::bytea[], $8::bytea[],
                       $9::timestamptz[], $10::float8[], $11::timestamptz[], $12::int4[])
             as e(course_version_id, user_id, cycle, status, revision, org_id, done_at, scores, completed_at, score, detected_at, version)
          order by course_version_id, user_id
         on conflict (course_version_id, user_id) do update set
                cycle = excluded.cycle, status = excluded.status, revision = excluded.revision, org_id = excluded.org_id,
                done_at = excluded.done_at, scores = excluded.scores, completed_at = excluded.completed_at,
                score = excluded.score, detected_at = coalesce(l.detected_at, excluded.detected_at),
                detected_by = coalesce(l.detected_by, excluded.detected_by), version = excluded.version, updated_at = now()
          where l.version = excluded.version - 1
         returning 1`,
}

/**
 * The ledgers of these enrollments, locked in key order until the transaction ends; those that have no row yet are
 * returned empty, and inserted by `writeLedgers`.
 */
export async function lockLedgers(tx: Tx, keys: readonly LedgerKey[]): Promise<Map<string, Ledger>> {
  const rows = await query<LedgerRow>(tx, LOCK, [
    binaryArray.uuid(keys.map((key) => key.courseVersionId)),
    binaryArray.uuid(keys.map((key) => key.userId)),
  ])
  const ledgers = new Map(keys.map((key) => [ledgerKey(key), emptyLedger(key)]))
  for (const row of rows) ledgers.set(`${row.course_version_id}:${row.user_id}`, toLedger(row))
  return ledgers
}

/**
 * Writes ledgers that `lockLedgers` returned in the same transaction, each once.
 *
 * @throws WriteConflictError when another transaction inserted one of them in between: the transaction is to be repeated
 */
export async function writeLedgers(tx: Tx, writes: readonly LedgerWrite[]): Promise<void> {
  if (writes.length === 0) return
  const ledgers = writes.map((write) => write.ledger)
  const written = await query(tx, WRITE, [
    binaryArray.uuid(ledgers.map((ledger) => ledger.courseVersionId)),
    binaryArray.uuid(ledgers.map((ledger) => ledger.userId)),
    binaryArray.int4(ledgers.map((ledger) => ledger.cycle)),
    binaryArray.text(ledgers.map((ledger) => ledger.status)),
    binaryArray.int8(ledgers.map((ledger) => ledger.revision)),
    binaryArray.uuid(ledgers.map((ledger) => ledger.orgId)),
    binaryArray.bytea(ledgers.map((ledger) => ledger.evidence.doneAt)),
    binaryArray.bytea(ledgers.map((ledger) => ledger.evidence.scores)),
    binaryArray.timestamptz(ledgers.map((ledger) => (ledger.completion ? new Date(ledger.completion.completedAt) : null))),
    binaryArray.float8(ledgers.map((ledger) => ledger.completion?.score ?? null)),
    binaryArray.timestamptz(writes.map((write) => write.detectedAt)),
    binaryArray.int4(ledgers.map((ledger) => ledger.version + 1)),
  ])
  if (written.length !== writes.length) throw new WriteConflictError('completion_ledger')
}

function emptyLedger(key: LedgerKey): Ledger {
  return { ...key, cycle: 1, status: null, revision: 0, orgId: null, evidence: NO_EVIDENCE, completion: null, version: 0 }
}

function toLedger(row: LedgerRow): Ledger {
  return {
    courseVersionId: row.course_version_id,
    userId: row.user_id,
    cycle: row.cycle,
    status: row.status,
    revision: Number(row.revision),
    orgId: row.org_id,
    evidence: { doneAt: row.done_at, scores: row.scores },
    completion: row.completed_at === null ? null : { completedAt: row.completed_at.getTime(), score: row.score ?? undefined },
    version: row.version,
  }
}
