import { completionId, CourseCompletedV1, sourceOf } from '@laurel/contracts'
import { ruleHash } from '@laurel/course-rule'
import type { CourseVersion, CourseVersionStore } from '@laurel/course-versions'
import { addToOutbox, toOutbox, type OutboxEvent } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { noteDetections } from '../detections/detection-metrics'
import { decideCompletion, type Completion, type Decision, type OutsideFact } from '../domain/completion'
import { SWEEP } from '../domain/detection'
import type { Ledger } from '../domain/ledger'
import { addCompletions, findCompletions, type StoredCompletion } from '../persistence/completion-store'
import { cycleKey, ledgerKey, type LedgerKey } from '../persistence/ledger-key'
import { lockLedgers, saveLedgers, unchanged, type LedgerChange } from '../persistence/ledger-store'
import { SERVICE } from '../service-name'

type NewCompletion = Omit<StoredCompletion, 'revoked'>

/** Ledgers to decide. */
export interface Undecided {
  readonly changes: readonly LedgerChange[]
  /** The course versions of these ledgers, as far as they are known. */
  readonly versions: ReadonlyMap<string, CourseVersion>
  /** What was heard from outside, by `ledgerKey`; nothing unless given. */
  readonly outside?: ReadonlyMap<string, readonly OutsideFact[]>
  /** What has these ledgers decided though nothing new is known of them: `detectedFrom` of what completes by its evidence. */
  readonly by?: typeof SWEEP
}

/**
 * The once-only door: decides each of these ledgers, saves those that changed, and announces what completed, once per
 * enrollment and cycle whatever found it. Returns the decisions by `ledgerKey`.
 */
export async function decideAndSave(tx: Tx, { changes, versions, outside, by }: Undecided, now: Date): Promise<Map<string, Decision>> {
  const judged = (await withKnownCompletions(tx, changes)).map((change) => {
    const { ledger } = change
    const version = versions.get(ledger.courseVersionId)
    const decision = decideCompletion(ledger, version?.rule ?? null, version ? outside?.get(ledgerKey(ledger)) : [])
    const completion =
      decision.kind === 'completed'
        ? toStored(ledger, version!, { ...decision.completion, detectedFrom: decision.completion.detectedFrom ?? by ?? null }, now)
        : null
    return { change, decision, completion }
  })
  const proposed = judged.flatMap(({ completion }) => completion ?? [])
  const added = await addCompletions(tx, proposed)
  // Found before, and read back from Kafka into a schema that had lost it: it stands as it was announced.
  const standing = await findCompletions(
    tx,
    proposed.filter((one) => !added.has(cycleKey(one))),
  )
  const changed = judged.map(({ change, completion }): LedgerChange => {
    if (!completion) return change
    const { completedAt } = standing.get(cycleKey(completion)) ?? completion
    return { ...change, ledger: { ...change.ledger, completedAt } }
  })
  await saveLedgers(
    tx,
    changed.filter(({ locked, ledger }) => locked.stored === null || ledger !== locked.ledger),
    versions,
  )
  const announced = proposed.filter((one) => added.has(cycleKey(one)))
  await addToOutbox(tx, announced.map(courseCompleted))
  noteDetections(tx, announced)
  return new Map(judged.map(({ change, decision }) => [ledgerKey(change.ledger), decision]))
}

/** A ledger that begins here may be of a cycle that was announced as complete before the schema was emptied. */
async function withKnownCompletions(tx: Tx, changes: readonly LedgerChange[]): Promise<LedgerChange[]> {
  const begins = ({ locked, ledger }: LedgerChange) => locked.stored === null || ledger.cycle !== locked.ledger.cycle
  const known = await findCompletions(
    tx,
    changes.filter(begins).map(({ ledger }) => ledger),
  )
  return changes.map((change) => {
    const completion = known.get(cycleKey(change.ledger))
    return completion ? { ...change, ledger: { ...change.ledger, completedAt: completion.completedAt } } : change
  })
}

/** Sweeps ledgers: decides them by the evidence that they hold already. Returns how many completed. */
export async function decideLedgers(tx: Tx, store: CourseVersionStore, keys: readonly LedgerKey[], now: Date): Promise<number> {
  const versions = await store.find(tx, new Set(keys.map((key) => key.courseVersionId)))
  const stored = [...(await lockLedgers(tx, keys)).values()].filter((locked) => locked.stored !== null)
  const decisions = await decideAndSave(tx, { changes: stored.map(unchanged), versions, by: SWEEP }, now)
  return [...decisions.values()].filter(({ kind }) => kind === 'completed').length
}

function toStored(ledger: Ledger, version: CourseVersion, completion: Completion, now: Date): NewCompletion {
  const { courseVersionId, userId, cycle, orgId } = ledger
  return {
    ...completion,
    courseVersionId,
    userId,
    cycle,
    orgId,
    completionId: completionId({ course_version_id: courseVersionId, user_id: userId, cycle }),
    courseId: version.courseId,
    detectedAt: now,
    ruleHash: ruleHash(version.rule),
  }
}

function courseCompleted(completion: NewCompletion): OutboxEvent {
  const { completionId: id, detectedAt, score, orgId } = completion
  return toOutbox(
    CourseCompletedV1,
    { id, source: sourceOf(SERVICE), time: detectedAt },
    {
      completion_id: id,
      course_version_id: completion.courseVersionId,
      user_id: completion.userId,
      cycle: completion.cycle,
      course_id: completion.courseId,
      completed_at: new Date(completion.completedAt).toISOString(),
      detected_at: detectedAt.toISOString(),
      detected_by: completion.detectedBy,
      ...(score === undefined ? {} : { score }),
      ...(orgId === null ? {} : { org_id: orgId }),
    },
  )
}
