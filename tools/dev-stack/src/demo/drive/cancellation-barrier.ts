import { setTimeout as wait } from 'node:timers/promises'
import { EnrollmentChangedV1 } from '@laurel/contracts'
import type { Kafka } from '../check/topic-watch'
import type { EnrollmentCase } from '../model/enrollment-case'
import type { Place } from './kafka-feed'

const GROUP = 'laurel.completion-detection'
const POLL_MS = 250
const PATIENCE_MS = 120_000

interface Options {
  readonly admin: ReturnType<Kafka['admin']>
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
    const committed = unseen ? new Map<number, bigint>() : await committedOffsets(admin)
    const behind = unseen ? undefined : cancelled.find((known) => isBehind(seen.get(known.key)!, committed))
    const waitsFor = unseen ?? behind
    if (!waitsFor) return
    if (Date.now() > giveUpAt) {
      const what = unseen ? 'is not on topic enrollment.changed' : `was not read by consumer group ${GROUP}`
      throw new Error(`the cancellation of learner ${waitsFor.userId} in course version ${waitsFor.versionId} ${what} after ${PATIENCE_MS / 1000} s`)
    }
    await wait(POLL_MS, undefined, { signal })
  }
}

function isBehind({ partition, offset }: Place, committed: ReadonlyMap<number, bigint>): boolean {
  return (committed.get(partition) ?? -1n) <= offset
}

async function committedOffsets(admin: Options['admin']): Promise<Map<number, bigint>> {
  const topics = await admin.fetchOffsets({ groupId: GROUP, topics: [EnrollmentChangedV1.topic] })
  return new Map(topics.flatMap(({ partitions }) => partitions.map(({ partition, offset }) => [partition, BigInt(offset)] as const)))
}
