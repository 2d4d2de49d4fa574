import { completionId, CourseCompletedV1, sourceOf } from '@laurel/contracts'
import type { Rule } from '@laurel/course-rule'
import { awaitedCourseVersion, type CourseVersion, type CourseVersionStore } from '@laurel/course-versions'
import { addToOutbox, park, reject, toOutbox, type Disposition, type OutboxEvent, type Received } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { decideCompletion, type Ledger } from '../domain/completion'
import { withItems, type DoneItem } from '../domain/evidence'
import { ledgerKey, lockLedgers, writeLedgers, type LedgerKey, type LedgerWrite } from '../persistence/ledger-store'
import { SERVICE } from '../service-name'

/** An event that says what a learner did in a course version. */
type EvidenceEvent = Received<{ readonly course_version_id: string; readonly user_id: string }>

/**
 * Folds a batch of evidence into the ledgers and decides which enrollments complete: one `course.completed` per
 * enrollment and cycle, written with the ledger that decides it.
 *
 * @param itemOf the item that an event says is done, or the reason why it fits no item of the version
 * @returns events of unknown course versions parked, events that fit no item rejected
 */
export async function foldEvidence<E extends EvidenceEvent>(
  tx: Tx,
  versions: CourseVersionStore,
  batch: readonly E[],
  itemOf: (event: E, rule: Rule) => DoneItem | string,
  now: Date,
): Promise<Disposition[]> {
  const known = await versions.find(tx, new Set(batch.map((event) => event.data.course_version_id)))
  const dispositions: Disposition[] = []
  const found: { key: LedgerKey; item: DoneItem }[] = []
  for (const event of batch) {
    const { course_version_id: courseVersionId, user_id: userId } = event.data
    const version = known.get(courseVersionId)
    if (!version) {
      dispositions.push(park(event, awaitedCourseVersion(courseVersionId), `course version ${courseVersionId} is unknown`))
      continue
    }
    const item = itemOf(event, version.rule)
    if (typeof item === 'string') dispositions.push(reject(event, item))
    else found.push({ key: { courseVersionId, userId }, item })
  }
  const byEnrollment = Map.groupBy(found, ({ key }) => ledgerKey(key))
  const ledgers = await lockLedgers(
    tx,
    [...byEnrollment.values()].map(([first]) => first!.key),
  )
  const changed = [...byEnrollment].flatMap(([key, items]) => {
    const before = ledgers.get(key)!
    const evidence = withItems(
      before.evidence,
      items.map(({ item }) => item),
    )
    return evidence === before.evidence ? [] : [{ ...before, evidence }]
  })
  await decideAndWrite(tx, known, changed, now)
  return dispositions
}

/** Decides each changed ledger, writes them all, and puts the completions into the outbox. */
export async function decideAndWrite(
  tx: Tx,
  versions: ReadonlyMap<string, CourseVersion>,
  changed: readonly Ledger[],
  now: Date,
): Promise<void> {
  const completed: OutboxEvent[] = []
  const writes = changed.map((ledger): LedgerWrite => {
    const version = versions.get(ledger.courseVersionId)
    const decision = decideCompletion(ledger, version?.rule ?? null)
    if (decision.kind !== 'completed') return { ledger, detectedAt: null }
    const decided = { ...ledger, completion: decision.completion }
    completed.push(courseCompleted(decided, version!, decision.completion, now))
    return { ledger: decided, detectedAt: now }
  })
  await writeLedgers(tx, writes)
  await addToOutbox(tx, completed)
}

function courseCompleted(
  ledger: Ledger,
  version: CourseVersion,
  completion: { completedAt: number; score: number | undefined },
  now: Date,
): OutboxEvent {
  const identity = { course_version_id: ledger.courseVersionId, user_id: ledger.userId, cycle: ledger.cycle }
  const id = completionId(identity)
  return toOutbox(
    CourseCompletedV1,
    { id, source: sourceOf(SERVICE), time: now },
    {
      completion_id: id,
      ...identity,
      course_id: version.courseId,
      completed_at: new Date(completion.completedAt).toISOString(),
      detected_at: now.toISOString(),
      detected_by: 'events',
      ...(completion.score === undefined ? {} : { score: completion.score }),
      ...(ledger.orgId === null ? {} : { org_id: ledger.orgId }),
    },
  )
}
