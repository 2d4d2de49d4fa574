import type { Admin, Kafka } from 'kafkajs'
import type { PartitionBounds } from './fence'

/** Runs `work` with an admin client of its own. */
export async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin()
  try {
    await admin.connect()
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

/** What the broker holds of each partition of a topic now, by partition. @throws KafkaJSError when it does not know the topic */
export async function readBounds(admin: Admin, topic: string): Promise<ReadonlyMap<number, PartitionBounds>> {
  const [{ clusterId }, offsets] = await Promise.all([admin.describeCluster(), admin.fetchTopicOffsets(topic)])
  return new Map(offsets.map(({ partition, low, high }) => [partition, { clusterId, low: BigInt(low), high: BigInt(high) }]))
}
