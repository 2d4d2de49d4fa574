import { setTimeout as wait } from 'node:timers/promises'
import { EnrollmentChangedV1 } from '@laurel/contracts'
import type { Admin } from '@laurel/messaging'
import { committedOffsets, DECIDING_GROUP } from '../check/group-offsets'
import type { EnrollmentCase } from '../model/enrollment-case'
import type { Place } from './kafka-feed'

const POLL_MS = 250
const PATIENCE_MS = 120_000

interface Options {
  readonly admin: Admin
  readonly cancelled: readonly EnrollmentCase[]
  /** Where the cancelled status of each enrollment lies, as far as it is known. */
  readonly seen: ReadonlyMap<string, Place>
  readonly signal: AbortSignal
}

/**
 * Waits until completion-detection has surely applied every cancellation: its status is on enrollment.changed and the
 * committed offset of the group is past it. What is sent afterwards cannot race with it.
 *
 * @throws Error naming an enrollment for which that did not happen within 2 minutes
 */
export async function cancellationsApplied({ admin, cancelled, seen, signal }: Options): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS
  for (;;) {
    const unseen = cancelled.find((known) => !seen.has(known.key))
    const committed = unseen ? new Map<number, bigint>() : await committedOffsets(admin, EnrollmentChangedV1.topic)
    const behind = unseen ? undefined : cancelled.find((known) => isBehind(seen.get(known.key)!, committed))
    const waitsFor = unseen ?? behind
    if (!waitsFor) return
    if (Date.now() > giveUpAt) {
      const what = unseen ? 'is not on topic enrollment.changed' : `was not read by consumer group ${DECIDING_GROUP}`
      throw new Error(
        `the cancellation of learner ${waitsFor.userId} in course version ${waitsFor.versionId} ${what} after ${PATIENCE_MS / 1000} s`,
      )
    }
    await wait(POLL_MS, undefined, { signal })
  }
}

function isBehind({ partition, offset }: Place, committed: ReadonlyMap<number, bigint>): boolean {
  return (committed.get(partition) ?? -1n) <= offset
}
