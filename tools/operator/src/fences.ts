import { listFences, readBounds, setFence, withAdmin, type Admin, type Kafka, type PartitionBounds } from '@laurel/messaging'
import { createDataSource, transaction } from '@laurel/postgres'
import type { DataSource } from 'typeorm'
import { Refusal } from './refusal'

/** One fence beside what the broker holds. Offsets are decimal texts, as they may exceed a JSON number. */
export interface FenceLine {
  readonly service: string
  readonly topic: string
  readonly partition: number
  readonly next: string
  readonly low: string | null
  readonly high: string | null
  readonly updated_at: string
}

/** Runs work with a service's database and a Kafka admin, and closes both. */
export async function withService<T>(kafka: Kafka, url: string, work: (dataSource: DataSource, admin: Admin) => Promise<T>): Promise<T> {
  const schema = decodeURIComponent(new URL(url).username)
  const dataSource = await createDataSource({ url, schema, applicationName: 'laurel-operator', poolSize: 1, migrations: [] }).initialize()
  try {
    return await withAdmin(kafka, (admin) => work(dataSource, admin))
  } finally {
    await dataSource.destroy()
  }
}

export async function showFences(service: string, dataSource: DataSource, admin: Admin): Promise<FenceLine[]> {
  const fences = await transaction(dataSource, listFences)
  const bounds = new Map<string, ReadonlyMap<number, PartitionBounds>>()
  for (const topic of new Set(fences.map((fence) => fence.topic)))
    bounds.set(topic, await readBounds(admin, topic).catch(() => new Map<number, PartitionBounds>()))
  const end = (topic: string, partition: number, which: 'low' | 'high') => bounds.get(topic)?.get(partition)?.[which].toString() ?? null
  return fences.map(({ topic, partition, next, updatedAt }) => ({
    service,
    topic,
    partition,
    next: String(next),
    low: end(topic, partition, 'low'),
    high: end(topic, partition, 'high'),
    updated_at: updatedAt.toISOString(),
  }))
}

export interface FenceChange {
  readonly service: string
  readonly topic: string
  readonly partition: number | 'all'
  readonly to: bigint | 'low' | 'high'
}

/**
 * Sets fences on the cluster as it is now; running consumers seek there by themselves.
 *
 * @throws Refusal for a partition that the topic lacks, or an offset outside of what the broker holds
 */
export async function changeFences(change: FenceChange, dataSource: DataSource, admin: Admin): Promise<FenceLine[]> {
  const bounds = await readBounds(admin, change.topic).catch((error: Error) => {
    throw new Refusal(`topic ${change.topic}: ${error.message}`)
  })
  const chosen = [...bounds].filter(([partition]) => change.partition === 'all' || partition === change.partition)
  if (chosen.length === 0) throw new Refusal(`topic ${change.topic} has no partition ${change.partition}`)
  await transaction(dataSource, async (tx) => {
    for (const [partition, { clusterId, low, high }] of chosen) {
      const next = typeof change.to === 'bigint' ? change.to : change.to === 'low' ? low : high
      if (next < low || next > high)
        throw new Refusal(`--to must be between ${low} and ${high} for ${change.topic}:${partition} (got ${next})`)
      await setFence(tx, { group: `laurel.${change.service}`, topic: change.topic, partition }, { clusterId, next })
    }
  })
  const lines = await showFences(change.service, dataSource, admin)
  return lines.filter((line) => line.topic === change.topic && (change.partition === 'all' || line.partition === change.partition))
}
