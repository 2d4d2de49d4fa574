import type { CourseVersionStore } from '@laurel/course-versions'
import type { Tx } from '@laurel/postgres'
import type { LedgerKey } from '../persistence/ledger-key'
import { completeFromOutside, type OutsideOutcome } from './complete-from-outside'

/** A person says that an enrollment is complete. */
export interface ManualCompletion extends LedgerKey {
  /** Now unless given; one in the future counts as now. */
  readonly completedAt?: Date | undefined
  readonly reason: string
  /** The user id of who says so. */
  readonly actor: string
}

/**
 * Completes the open cycle by hand, through the once-only door. With any other outcome than `completed` the transaction
 * is to be rolled back: what a person says counts now or not at all.
 *
 * @throws WriteConflictError when another transaction made the first row of the enrollment meanwhile: to be repeated
 */
export async function completeManually(tx: Tx, versions: CourseVersionStore, said: ManualCompletion, now: Date): Promise<OutsideOutcome> {
  const { courseVersionId, userId, completedAt = now, reason, actor: detectedFrom } = said
  const [outcome] = await completeFromOutside(
    tx,
    versions,
    [{ courseVersionId, userId, detectedBy: 'manual', completedAt, detectedFrom, reason }],
    now,
  )
  return outcome!
}
