import { setTimeout as wait } from 'node:timers/promises'
import { LessonCompletedV1, QuizAttemptedV1 } from '@laurel/contracts'
import type { Admin } from '@laurel/messaging'

/** Offsets by partition. */
export type Offsets = ReadonlyMap<number, bigint>

/** The consumer group that decides what is complete. */
export const DECIDING_GROUP = 'laurel.completion-detection'

/** What the deciding group has committed; a partition without a commit has none. */
export async function committedOffsets(admin: Admin, topic: string): Promise<Offsets> {
  const topics = await admin.fetchOffsets({ groupId: DECIDING_GROUP, topics: [topic] })
  return new Map(topics.flatMap(({ partitions }) => partitions.map(({ partition, offset }) => [partition, BigInt(offset)] as const)))
}

/** The offset that the next record of each partition will have, by topic. */
export async function endsOf(admin: Admin, topics: Iterable<string>): Promise<Map<string, Offsets>> {
  const ends = new Map<string, Offsets>()
  for (const topic of new Set(topics)) {
    const partitions = await patiently(`the end of topic ${topic}`, () => admin.fetchTopicOffsets(topic))
    ends.set(topic, new Map(partitions.map(({ partition, high }) => [partition, BigInt(high)])))
  }
  return ends
}

/**
 * Notes where the events that decide about completions end now; the answer says whether the deciding group has read
 * them all, so that no completion can follow from them any more.
 */
export async function endOfEvidence(admin: Admin): Promise<() => Promise<boolean>> {
  const ends = await endsOf(admin, [LessonCompletedV1.topic, QuizAttemptedV1.topic])
  return async () => {
    for (const [topic, offsets] of ends) {
      const committed = await committedOffsets(admin, topic)
      if ([...offsets].some(([partition, end]) => end > 0n && (committed.get(partition) ?? -1n) < end)) return false
    }
    return true
  }
}

const ATTEMPTS = 60
const PAUSE_MS = 500

/** kafkajs does not repeat this by itself while a topic that was just created has no leader yet. */
async function patiently<T>(what: string, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt === ATTEMPTS || !(error as { retriable?: boolean }).retriable)
        throw new Error(`Kafka does not tell ${what}: ${(error as Error).message}`, { cause: error })
      await wait(PAUSE_MS)
    }
  }
}
