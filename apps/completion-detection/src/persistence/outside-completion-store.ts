import { binaryArray, query, type Tx } from '@laurel/postgres'
import type { OutsideFact } from '../domain/completion'
import { ledgerKey, type LedgerKey } from './ledger-key'

/** A "complete" from outside the events, and the enrollment that it is about. */
export interface StoredOutsideFact extends LedgerKey, OutsideFact {}

interface OutsideRow {
  course_version_id: string
  user_id: string
  detected_by: OutsideFact['detectedBy']
  detected_from: string
  completed_at: Date | null
  reason: string | null
  received_at: Date
}

const ADD = {
  name: 'outside-completion-add',
  text: `insert into outside_completion (course_version_id, user_id, detected_by, detected_from, completed_at, reason, received_at)
         select course_version_id, user_id, detected_by, detected_from, completed_at, reason, received_at
           from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::timestamptz[]) with ordinality
             as e(course_version_id, user_id, detected_by, detected_from, completed_at, reason, received_at, n)
          order by n
         on conflict do nothing`,
}
const FIND = {
  name: 'outside-completion-find',
  text: `select o.* from unnest($1::uuid[], $2::uuid[]) as k(course_version_id, user_id)
           join outside_completion o using (course_version_id, user_id)
          order by o.id`,
}

/** Keeps facts; what one delivery, run or person says of an enrollment is kept once. */
export async function addOutsideFacts(tx: Tx, facts: readonly StoredOutsideFact[]): Promise<void> {
  if (facts.length === 0) return
  await query(tx, ADD, [
    binaryArray.uuid(facts.map((fact) => fact.courseVersionId)),
    binaryArray.uuid(facts.map((fact) => fact.userId)),
    binaryArray.text(facts.map((fact) => fact.detectedBy)),
    binaryArray.text(facts.map((fact) => fact.detectedFrom)),
    binaryArray.timestamptz(facts.map((fact) => (fact.completedAt === null ? null : new Date(fact.completedAt)))),
    binaryArray.text(facts.map((fact) => fact.reason)),
    binaryArray.timestamptz(facts.map((fact) => new Date(fact.receivedAt))),
  ])
}

/** All that is kept of these enrollments, each named once, by `ledgerKey` and in the order of arrival. */
export async function findOutsideFacts(tx: Tx, keys: readonly LedgerKey[]): Promise<Map<string, StoredOutsideFact[]>> {
  if (keys.length === 0) return new Map()
  const rows = await query<OutsideRow>(tx, FIND, [
    binaryArray.uuid(keys.map((key) => key.courseVersionId)),
    binaryArray.uuid(keys.map((key) => key.userId)),
  ])
  return Map.groupBy(rows.map(toFact), ledgerKey)
}

function toFact(row: OutsideRow): StoredOutsideFact {
  return {
    courseVersionId: row.course_version_id,
    userId: row.user_id,
    detectedBy: row.detected_by,
    detectedFrom: row.detected_from,
    completedAt: row.completed_at?.getTime() ?? null,
    reason: row.reason,
    receivedAt: row.received_at.getTime(),
  }
}
