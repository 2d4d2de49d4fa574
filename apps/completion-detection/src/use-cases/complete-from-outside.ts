import type { CourseVersionStore } from '@laurel/course-versions'
import type { Tx } from '@laurel/postgres'
import { isOfOpenCycle, type Decision, type OutsideFact } from '../domain/completion'
import type { Ledger } from '../domain/ledger'
import { ledgerKey } from '../persistence/ledger-key'
import { lockLedgers, unchanged } from '../persistence/ledger-store'
import { addOutsideFacts, findOutsideFacts, type StoredOutsideFact } from '../persistence/outside-completion-store'
import { decideAndSave } from './decide-ledgers'

/** A "complete" that something outside the events says of a learner in a course version. */
export interface OutsideCompletion {
  readonly courseVersionId: string
  readonly userId: string
  readonly detectedBy: OutsideFact['detectedBy']
  /** The date that it comes with; null when it gave none (then it counts in the first cycle only). One in the future counts as now. */
  readonly completedAt: Date | null
  /** What said so: a delivery's id, a run's id, the actor's user id. */
  readonly detectedFrom: string
  /** Manual ones only. */
  readonly reason?: string
}

export type OutsideOutcome =
  | 'completed'
  | 'already-complete'
  /** Kept: it decides when the enrollment becomes active. */
  | 'not-active'
  /** Kept; it is of a cycle that is closed, and changes nothing. */
  | 'other-cycle'
  /** Not kept. */
  | 'unknown-course-version'

/**
 * Takes what is said from outside through the once-only door that evidence goes through too. Returns one outcome per
 * fact, in order; of several that would complete the same cycle the first does.
 *
 * @throws WriteConflictError when another transaction made the first row of an enrollment meanwhile: to be repeated
 */
export async function completeFromOutside(
  tx: Tx,
  store: CourseVersionStore,
  said: readonly OutsideCompletion[],
  now: Date,
): Promise<OutsideOutcome[]> {
  const versions = await store.find(tx, new Set(said.map((one) => one.courseVersionId)))
  const facts = said.map((one) => toFact(one, now))
  const kept = facts.filter((fact) => versions.has(fact.courseVersionId))
  // The lock comes first: whoever makes an enrollment active then either sees the fact or is waited for.
  const locked = await lockLedgers(tx, kept)
  await addOutsideFacts(tx, kept)
  const changes = [...locked.values()].map(unchanged)
  const outside = await findOutsideFacts(
    tx,
    changes.map(({ ledger }) => ledger),
  )
  const decisions = await decideAndSave(tx, { changes, versions, outside }, now)
  const completed = new Set<string>()
  return facts.map((fact) => {
    const key = ledgerKey(fact)
    const before = locked.get(key)
    if (!before) return 'unknown-course-version'
    const outcome = outcomeOf(decisions.get(key)!, before.ledger, fact, completed.has(key))
    if (outcome === 'completed') completed.add(key)
    return outcome
  })
}

function outcomeOf({ kind }: Decision, ledger: Ledger, fact: OutsideFact, isRepeat: boolean): OutsideOutcome {
  if (!isOfOpenCycle(ledger, fact)) return 'other-cycle'
  switch (kind) {
    case 'completed':
      return isRepeat ? 'already-complete' : 'completed'
    case 'already-complete':
    case 'not-active':
      return kind
    case 'not-evaluable':
    case 'progressed':
      throw new Error(`a fact of the open cycle was left undecided (${kind})`)
    default:
      return kind satisfies never
  }
}

function toFact(said: OutsideCompletion, now: Date): StoredOutsideFact {
  const { courseVersionId, userId, detectedBy, detectedFrom, reason } = said
  return {
    courseVersionId,
    userId,
    detectedBy,
    detectedFrom,
    completedAt: said.completedAt === null ? null : Math.max(0, Math.min(said.completedAt.getTime(), now.getTime())),
    reason: reason ?? null,
    receivedAt: now.getTime(),
  }
}
