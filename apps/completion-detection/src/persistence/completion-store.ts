import { binaryArray, query, type Tx } from '@laurel/postgres'
import type { Completion, DetectedBy } from '../domain/completion'
import { cycleKey, type CycleKey, type LedgerKey } from './ledger-key'

/** A completion as it is kept: what was decided, by what, and what became of it. */
export interface StoredCompletion extends CycleKey, Completion {
  readonly completionId: string
  readonly courseId: string
  readonly orgId: string | null
  readonly detectedAt: Date
  /** Hash of the rule that it was decided by (`ruleHash`); null for one that was only read back from Kafka. */
  readonly ruleHash: string | null
  readonly revoked: Revocation | null
}

export interface Revocation {
  readonly at: Date
  /** Who revoked it; null where it was only read back from Kafka. */
  readonly by: string | null
  readonly reason: string
}

interface CompletionRow {
  course_version_id: string
  user_id: string
  cycle: number
  completion_id: string
  course_id: string
  org_id: string | null
  completed_at: Date
  score: number | null
  detected_by: DetectedBy
  detected_from: string | null
  detected_at: Date
  reason: string | null
  rule_hash: string | null
  revoked_at: Date | null
  revoked_by: string | null
  revoked_reason: string | null
}

const ADD = {
  name: 'completion-add',
  text: `insert into completion (course_version_id, user_id, cycle, completion_id, course_id, org_id, completed_at, score, detected_by,
                detected_from, detected_at, reason, rule_hash)
         select * from unnest($1::uuid[], $2::uuid[], $3::int4[], $4::uuid[], $5::uuid[], $6::uuid[], $7::timestamptz[], $8::float8[],
                              $9::text[], $10::text[], $11::timestamptz[], $12::text[], $13::text[])
         on conflict do nothing
         returning course_version_id, user_id, cycle`,
}
const FIND = {
  name: 'completion-find',
  text: `select c.* from unnest($1::uuid[], $2::uuid[], $3::int4[]) as k(course_version_id, user_id, cycle)
           join completion c using (course_version_id, user_id, cycle)`,
}
const OF_ENROLLMENT = {
  name: 'completion-of-enrollment',
  text: 'select * from completion where course_version_id = $1 and user_id = $2 order by cycle',
}
const REVOKE = {
  name: 'completion-revoke',
  text: `update completion c set revoked_at = e.revoked_at, revoked_by = e.revoked_by, revoked_reason = e.reason
           from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[]) as e(completion_id, revoked_at, revoked_by, reason)
          where c.completion_id = e.completion_id and c.revoked_at is null
         returning c.completion_id`,
}

/**
 * Adds completions, and returns the keys (see `cycleKey`) of those that were not there: the one place where it shows
 * whether a completion is the first of its cycle, whatever found it.
 */
export async function addCompletions(tx: Tx, completions: readonly Omit<StoredCompletion, 'revoked'>[]): Promise<Set<string>> {
  if (completions.length === 0) return new Set()
  const rows = await query<{ course_version_id: string; user_id: string; cycle: number }>(tx, ADD, [
    binaryArray.uuid(completions.map((one) => one.courseVersionId)),
    binaryArray.uuid(completions.map((one) => one.userId)),
    binaryArray.int4(completions.map((one) => one.cycle)),
    binaryArray.uuid(completions.map((one) => one.completionId)),
    binaryArray.uuid(completions.map((one) => one.courseId)),
    binaryArray.uuid(completions.map((one) => one.orgId)),
    binaryArray.timestamptz(completions.map((one) => new Date(one.completedAt))),
    binaryArray.float8(completions.map((one) => one.score ?? null)),
    binaryArray.text(completions.map((one) => one.detectedBy)),
    binaryArray.text(completions.map((one) => one.detectedFrom)),
    binaryArray.timestamptz(completions.map((one) => one.detectedAt)),
    binaryArray.text(completions.map((one) => one.reason)),
    binaryArray.text(completions.map((one) => one.ruleHash)),
  ])
  return new Set(rows.map((row) => cycleKey({ courseVersionId: row.course_version_id, userId: row.user_id, cycle: row.cycle })))
}

/** Those of these cycles that are complete, by `cycleKey`. */
export async function findCompletions(tx: Tx, cycles: readonly CycleKey[]): Promise<Map<string, StoredCompletion>> {
  if (cycles.length === 0) return new Map()
  const rows = await query<CompletionRow>(tx, FIND, [
    binaryArray.uuid(cycles.map((one) => one.courseVersionId)),
    binaryArray.uuid(cycles.map((one) => one.userId)),
    binaryArray.int4(cycles.map((one) => one.cycle)),
  ])
  return new Map(rows.map(toCompletion).map((one) => [cycleKey(one), one]))
}

/** All completions of an enrollment, the first cycle's first. */
export async function completionsOfEnrollment(tx: Tx, { courseVersionId, userId }: LedgerKey): Promise<StoredCompletion[]> {
  return (await query<CompletionRow>(tx, OF_ENROLLMENT, [courseVersionId, userId])).map(toCompletion)
}

/** Revokes completions, and returns the ids of those that were there and were not revoked yet. */
export async function revokeCompletions(
  tx: Tx,
  revocations: readonly (Revocation & { readonly completionId: string })[],
): Promise<Set<string>> {
  if (revocations.length === 0) return new Set()
  const rows = await query<{ completion_id: string }>(tx, REVOKE, [
    binaryArray.uuid(revocations.map((one) => one.completionId)),
    binaryArray.timestamptz(revocations.map((one) => one.at)),
    binaryArray.text(revocations.map((one) => one.by)),
    binaryArray.text(revocations.map((one) => one.reason)),
  ])
  return new Set(rows.map((row) => row.completion_id))
}

function toCompletion(row: CompletionRow): StoredCompletion {
  return {
    courseVersionId: row.course_version_id,
    userId: row.user_id,
    cycle: row.cycle,
    completionId: row.completion_id,
    courseId: row.course_id,
    orgId: row.org_id,
    completedAt: row.completed_at.getTime(),
    score: row.score ?? undefined,
    detectedBy: row.detected_by,
    detectedFrom: row.detected_from,
    detectedAt: row.detected_at,
    reason: row.reason,
    ruleHash: row.rule_hash,
    revoked: row.revoked_at === null ? null : { at: row.revoked_at, by: row.revoked_by, reason: row.revoked_reason! },
  }
}
