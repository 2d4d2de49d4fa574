import type { Rule } from '@laurel/course-rule'
import { awaitedCourseVersion, type CourseVersion, type CourseVersionStore } from '@laurel/course-versions'
import { park, reject, type Disposition, type Received } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { unknownAmong } from '../domain/evidence'
import type { Observation } from '../domain/evidence-log'
import { withObservations } from '../domain/ledger'
import type { Origin } from '../domain/observation'
import { appendEvidence, type GatheredEvidence } from '../persistence/append-evidence'
import { ledgerKey } from '../persistence/ledger-key'
import { lockLedgers, unchanged, type LedgerChange } from '../persistence/ledger-store'
import { decideAndSave } from './decide-ledgers'
import { recordLateEvidence } from './record-late-evidence'

/** An event that says what a learner did in a course version. */
type EvidenceEvent = Received<{ readonly course_version_id: string; readonly user_id: string }>

/** What an event is evidence of, or the reason why it fits no item of the version. */
export type Observe<E> = (event: E, rule: Rule, origin: Origin) => Observation | string

/**
 * Folds a batch of evidence into the ledgers and decides which enrollments complete: one `course.completed` per
 * enrollment and cycle, written with the ledger that decides it.
 *
 * @returns events of unknown course versions parked, events that fit no item rejected
 */
export async function foldEvidence<E extends EvidenceEvent>(
  tx: Tx,
  store: CourseVersionStore,
  batch: readonly E[],
  observe: Observe<E>,
  now: Date,
): Promise<Disposition[]> {
  const versions = await store.find(tx, new Set(batch.map((event) => event.data.course_version_id)))
  const { gathered, dispositions } = gather(versions, batch, observe)
  const isPlain = ({ observations }: GatheredEvidence) => observations.every(({ score }) => score === null)
  const plain = gathered.filter(isPlain)
  const { left, satisfied } = await appendEvidence(tx, plain)
  const folded = await foldOneByOne(tx, [...left, ...gathered.filter((one) => !isPlain(one))])
  await decideAndSave(tx, { changes: [...folded, ...satisfied.map(unchanged)], versions }, now)
  return dispositions
}

function gather<E extends EvidenceEvent>(versions: ReadonlyMap<string, CourseVersion>, batch: readonly E[], observe: Observe<E>) {
  const dispositions: Disposition[] = []
  const gathered: GatheredEvidence[] = []
  const byLearner = new Map<CourseVersion, Map<string, Observation[]>>()
  for (const event of batch) {
    const { course_version_id: courseVersionId, user_id: userId } = event.data
    const version = versions.get(courseVersionId)
    if (!version) {
      dispositions.push(park(event, awaitedCourseVersion(courseVersionId), `course version ${courseVersionId} is unknown`))
      continue
    }
    const { recordTime, partition, offset } = event
    const observation = observe(event, version.rule, { receivedAt: recordTime.getTime(), partition, offset: Number(offset) })
    if (typeof observation === 'string') {
      dispositions.push(reject(event, observation))
      continue
    }
    let learners = byLearner.get(version)
    if (!learners) byLearner.set(version, (learners = new Map<string, Observation[]>()))
    const known = learners.get(userId)
    if (known) known.push(...unknownAmong(known, [observation]))
    else {
      const observations = [observation]
      learners.set(userId, observations)
      gathered.push({ courseVersionId, userId, rule: version.rule, observations })
    }
  }
  return { gathered, dispositions }
}

/** The general way: rows are read and folded; those in which something is new are to be decided and written back. */
async function foldOneByOne(tx: Tx, gathered: readonly GatheredEvidence[]): Promise<LedgerChange[]> {
  const locked = await lockLedgers(tx, gathered)
  const withLedger = gathered.map((one) => ({ ...one, locked: locked.get(ledgerKey(one))! }))
  await recordLateEvidence(
    tx,
    withLedger.map((one) => ({ ...one, observations: one.observations.filter(({ at }) => at < one.locked.ledger.cycleStartedAt) })),
  )
  return withLedger
    .map((one) => ({ locked: one.locked, ledger: withObservations(one.locked.ledger, one.observations) }))
    .filter(({ locked: before, ledger }) => ledger !== before.ledger)
}
