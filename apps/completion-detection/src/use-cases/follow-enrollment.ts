import type { EnrollmentChangedV1 } from '@laurel/contracts'
import type { CourseVersionStore } from '@laurel/course-versions'
import type { Batch } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { withEnrollment, type EnrollmentFact } from '../domain/ledger'
import { ledgerKey } from '../persistence/ledger-key'
import { lockLedgers } from '../persistence/ledger-store'
import { findOutsideFacts } from '../persistence/outside-completion-store'
import { decideAndSave } from './decide-ledgers'

/**
 * Takes over what progress says of enrollments, the highest revision of each. An enrollment that becomes active with
 * its evidence already there, or a "complete" from outside, completes here; one whose course version is unknown
 * completes when that arrives.
 */
export async function followEnrollment(tx: Tx, store: CourseVersionStore, batch: Batch<EnrollmentChangedV1>, now: Date): Promise<void> {
  for (const round of cycleByCycle(batch.map(({ data }) => data))) await followRound(tx, store, round, now)
}

/** What a batch says of each enrollment, one cycle at a time: a cycle is saved and decided before the next one closes it. */
function cycleByCycle(said: readonly EnrollmentChangedV1[]): EnrollmentChangedV1[][] {
  const rounds: EnrollmentChangedV1[][] = []
  for (const ofEnrollment of Map.groupBy(said, (data) => ledgerKey(keyOf(data))).values()) {
    const cycles = [...Map.groupBy(ofEnrollment, ({ cycle }) => cycle).values()]
    for (const [round, ofCycle] of cycles.entries()) (rounds[round] ??= []).push(...ofCycle)
  }
  return rounds
}

async function followRound(tx: Tx, store: CourseVersionStore, said: readonly EnrollmentChangedV1[], now: Date): Promise<void> {
  const versions = await store.find(tx, new Set(said.map((data) => data.course_version_id)))
  const locked = await lockLedgers(tx, said.map(keyOf))
  const facts = Map.groupBy(said, (data) => ledgerKey(keyOf(data)))
  const changed = [...locked]
    .map(([key, before]) => ({
      locked: before,
      ledger: facts.get(key)!.map(toFact).reduce(withEnrollment, before.ledger),
    }))
    .filter(({ locked: before, ledger }) => ledger !== before.ledger)
  const mayComplete = changed.map(({ ledger }) => ledger).filter(({ status, completedAt }) => status === 'active' && completedAt === null)
  const outside = await findOutsideFacts(tx, mayComplete)
  await decideAndSave(tx, { changes: changed, versions, outside }, now)
}

function keyOf(data: EnrollmentChangedV1) {
  return { courseVersionId: data.course_version_id, userId: data.user_id }
}

function toFact(data: EnrollmentChangedV1): EnrollmentFact {
  const { status, revision, cycle, org_id } = data
  return { status, revision, cycle, cycleStartedAt: Math.max(0, Date.parse(data.cycle_started_at)), orgId: org_id ?? null }
}
