import type { EnrollmentChangedV1 } from '@laurel/contracts'
import type { CourseVersionStore } from '@laurel/course-versions'
import { reject, type Batch, type Disposition } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { withEnrollment } from '../domain/completion'
import { ledgerKey, lockLedgers } from '../persistence/ledger-store'
import { decideAndWrite } from './fold-evidence'

/**
 * Takes over what progress says of enrollments, the highest revision of each. An enrollment that becomes active with
 * its evidence already there completes here; one whose course version is unknown completes when that arrives.
 */
export async function followEnrollment(
  tx: Tx,
  versions: CourseVersionStore,
  batch: Batch<EnrollmentChangedV1>,
  now: Date,
): Promise<Disposition[]> {
  const ofFirstCycle = batch.filter((event) => event.data.cycle === 1)
  const keyed = ofFirstCycle.map(({ data }) => ({ data, key: { courseVersionId: data.course_version_id, userId: data.user_id } }))
  const byEnrollment = Map.groupBy(keyed, ({ key }) => ledgerKey(key))
  const ledgers = await lockLedgers(
    tx,
    [...byEnrollment.values()].map(([first]) => first!.key),
  )
  const known = await versions.find(tx, new Set(keyed.map(({ key }) => key.courseVersionId)))
  const changed = [...byEnrollment].flatMap(([key, events]) => {
    const before = ledgers.get(key)!
    const after = events.reduce(
      (ledger, { data }) =>
        withEnrollment(ledger, { status: data.status, revision: data.revision, cycle: data.cycle, orgId: data.org_id ?? null }),
      before,
    )
    return after === before ? [] : [after]
  })
  await decideAndWrite(tx, known, changed, now)
  return batch
    .filter((event) => event.data.cycle !== 1)
    .map((event) => reject(event, `cycle must be 1: later cycles are not decided yet (got ${event.data.cycle})`))
}
