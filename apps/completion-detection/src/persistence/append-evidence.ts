import type { Rule } from '@laurel/course-rule'
import { binaryArray, query, type Tx } from '@laurel/postgres'
import { encodeLog, type Observation } from '../domain/evidence-log'
import { doneBits, requiredBits } from './done-bits'
import type { LedgerKey } from './ledger-key'
import { LEDGER_COLUMNS, ROW_EVIDENCE_BYTES, toLocked, type LedgerRow, type LockedLedger } from './ledger-store'

/** What a batch says of one enrollment. */
export interface GatheredEvidence extends LedgerKey {
  readonly rule: Rule
  /** At least one. */
  readonly observations: readonly Observation[]
}

/** What is left to do after evidence was appended. */
export interface AppendedEvidence {
  /** Not appended: what they say is to be looked at one by one. */
  readonly left: readonly GatheredEvidence[]
  /** Appended, and now everything required is done: to be decided. */
  readonly satisfied: readonly LockedLedger[]
}

/**
 * In most batches all evidence is plain: the first of its item, of the open cycle, of an enrollment that is not complete.
 * Then one bit is set and one entry added, without the row being read. Rows of a large table are looked up one by one, and
 * so locked in key order.
 */
const APPEND = {
  name: 'ledger-append',
  text: `with e as materialized (
           select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::varbit[], $5::varbit[], $6::bytea[]) with ordinality
             as e(course_version_id, user_id, earliest, done, required, evidence, n)
            order by course_version_id, user_id
         ), appended as (
           update completion_ledger l
              set done = case when l.done = '' then e.done else l.done | e.done end,
                  evidence = case when length(l.evidence) + length(e.evidence) > ${ROW_EVIDENCE_BYTES} then e.evidence else l.evidence || e.evidence end,
                  pages = case when length(l.evidence) + length(e.evidence) > ${ROW_EVIDENCE_BYTES} then l.pages + 1 else l.pages end
             from e
            where l.course_version_id = e.course_version_id and l.user_id = e.user_id
              and l.completed_at is null and l.cycle_started_at <= e.earliest
              and case when length(l.done) = length(e.done) then bit_count(l.done & e.done) = 0 else l.done = '' end
           returning e.n, new.status = 'active' and new.done & e.required = e.required as is_satisfied,
                     new.*, case when new.pages > old.pages then old.evidence end as spilled
         ), spilled as (
           insert into evidence_page (course_version_id, user_id, cycle, page, entries)
           select course_version_id, user_id, cycle, pages, spilled from appended where spilled is not null
         )
         select e.n::int4 as place, a.*
           from e left join (select n, is_satisfied, ${LEDGER_COLUMNS} from appended) a on a.n = e.n
          where a.n is null or a.is_satisfied`,
}

/** Appends what a batch says of enrollments, each once. */
export async function appendEvidence(tx: Tx, gathered: readonly GatheredEvidence[]): Promise<AppendedEvidence> {
  if (gathered.length === 0) return { left: [], satisfied: [] }
  const rows = await query<LedgerRow & { place: number }>(tx, APPEND, [
    binaryArray.uuid(gathered.map((one) => one.courseVersionId)),
    binaryArray.uuid(gathered.map((one) => one.userId)),
    binaryArray.timestamptz(
      gathered.map(({ observations }) => new Date(observations.reduce((earliest, { at }) => Math.min(earliest, at), Infinity))),
    ),
    binaryArray.varbit(gathered.map(({ rule, observations }) => doneBits(rule, observations))),
    binaryArray.varbit(gathered.map(({ rule }) => requiredBits(rule))),
    binaryArray.bytea(gathered.map(({ observations }) => encodeLog(observations))),
  ])
  const [satisfied, left] = [rows.filter((row) => row.user_id !== null), rows.filter((row) => row.user_id === null)]
  return { left: left.map(({ place }) => gathered[place - 1]!), satisfied: [...(await toLocked(tx, satisfied)).values()] }
}
