import { setTimeout as delay } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import { withAdmin } from './admin'
import { createKafka } from './kafka-client'

/** A topic as deploy/topics describes it. */
export interface TopicSpec {
  readonly name: string
  readonly partitions: number
  /** Kafka topic settings, such as `retention.ms`. */
  readonly config: Readonly<Record<string, string>>
}

/**
 * Creates the topics that are missing and returns their names; those that exist are left as they are. The replication
 * factor is three, or the number of brokers where there are fewer.
 *
 * @throws Error naming a topic that exists with another number of partitions than described
 */
export function createTopics(brokers: readonly string[], specs: readonly TopicSpec[]): Promise<string[]> {
  return withAdmin(createKafka({ brokers, clientId: 'laurel-topics' }), async (admin) => {
    const existing = new Set(await admin.listTopics())
    const missing = specs.filter((spec) => !existing.has(spec.name))
    const present = specs.filter((spec) => existing.has(spec.name)).map((spec) => spec.name)
    if (present.length > 0) {
      const { topics } = await admin.fetchTopicMetadata({ topics: present })
      for (const topic of topics) {
        const spec = specs.find((candidate) => candidate.name === topic.name)!
        if (topic.partitions.length !== spec.partitions) {
          throw new Error(
            `topic ${topic.name} has ${topic.partitions.length} partitions, deploy/topics says ${spec.partitions}: changing it would move keys; make them equal by hand`,
          )
        }
      }
    }
    if (missing.length === 0) return []
    const { brokers: nodes } = await admin.describeCluster()
    await admin.createTopics({
      waitForLeaders: false,
      topics: missing.map((spec) => ({
        topic: spec.name,
        numPartitions: spec.partitions,
        replicationFactor: Math.min(3, nodes.length),
        configEntries: Object.entries(spec.config).map(([name, value]) => ({ name, value })),
      })),
    })
    await untilServed(admin, missing)
    return missing.map((spec) => spec.name)
  })
}

const SERVED_WITHIN_MS = 30_000

/**
 * Waits until the brokers answer for every partition of a new topic. kafkajs's own wait gives up when a broker that has
 * just started does not host a partition yet.
 */
async function untilServed(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
  const deadline = Date.now() + SERVED_WITHIN_MS
  for (const spec of specs) {
    for (;;) {
      const served = await admin.fetchTopicOffsets(spec.name).catch(() => [])
      if (served.length === spec.partitions) break
      if (Date.now() > deadline)
        throw new Error(
          `topic ${spec.name} was created, but its partitions are not served after ${SERVED_WITHIN_MS / 1_000} s: look at the brokers' logs`,
        )
      await delay(50)
    }
  }
}
