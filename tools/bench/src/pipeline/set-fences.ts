import { readBounds, setFence } from '@laurel/messaging'
import { createDataSource, transaction } from '@laurel/postgres'
import type { Bench } from '../frame/bench'
import { withAdmin } from '../frame/topics'
import { DATABASE } from './stage'
import { GROUP, INPUTS } from './topics'

/**
 * Sets every fence of completion-detection, as an operator would: at the oldest record, or at the end for a service that
 * begins with what is sent from now on. A schema without fences would be taken for one to be rebuilt.
 */
export async function setFences({ databases, infra }: Bench, where: 'oldest' | 'end'): Promise<void> {
  const fences = await withAdmin(infra.kafka.brokers, async (admin) => {
    const ofTopics = await Promise.all(
      INPUTS.map(async (topic) =>
        [...(await readBounds(admin, topic))].map(([partition, { clusterId, low, high }]) => ({
          key: { group: GROUP, topic, partition },
          fence: { clusterId, next: where === 'oldest' ? low : high },
        })),
      ),
    )
    return ofTopics.flat()
  })
  const url = databases.serviceUrl(DATABASE, 'completion-detection')
  const dataSource = await createDataSource({ url, schema: 'completion', applicationName: 'laurel-bench', migrations: [] }).initialize()
  try {
    await transaction(dataSource, async (tx) => {
      for (const { key, fence } of fences) await setFence(tx, key, fence)
    })
  } finally {
    await dataSource.destroy()
  }
}
