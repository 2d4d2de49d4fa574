import { LessonProgressedV1 } from '@laurel/contracts'
import type { Client } from 'pg'
import type { Bench } from '../frame/bench'
import type { Closing } from '../frame/closing'
import { startService } from '../frame/start-service'
import { untilReached } from '../frame/until-reached'
import { countCpu } from '../measure/proc'

const NAME = 'progress-worker'
export const GROUP = 'laurel.progress'

/** How the Kafka path did. */
export interface Consumed {
  readonly perSecond: number
  /** From the first to the last applied event. */
  readonly seconds: number
  /** From the last applied event until the outbox was empty: the relay publishes beside the consumers. */
  readonly publishedAfterSeconds: number
  /** CPU per event from the first to the last applied one, by process. */
  readonly cpuMicros: Readonly<Record<'service' | 'postgres' | 'kafka', number>>
}

/** Starts the service as a worker and watches its fences until they stand at the end of the topic; it is stopped then. */
export async function consumeAll(bench: Bench, closing: Closing, database: string, events: number): Promise<Consumed> {
  const { databases, infra } = bench
  const worker = await startService(closing, {
    name: NAME,
    service: 'progress',
    role: 'worker',
    databaseUrl: databases.serviceUrl(database, 'progress'),
    brokers: infra.kafka.brokers,
  })
  const pids = { service: worker.pid, postgres: infra.processes.postgres?.pid, kafka: infra.processes.kafka?.pid }
  try {
    return await databases.with(database, async (client) => {
      /** Waits until so many events are applied, and says how many are. */
      const applied = (wanted: number) => untilReached(worker, NAME, wanted, () => countApplied(client))
      const atFirst = await applied(1)
      const [began, used] = [performance.now(), countCpu(pids)]
      await applied(events)
      const [seconds, cpu] = [(performance.now() - began) / 1_000, used()]
      const lastApplied = performance.now()
      await untilReached(worker, NAME, 1, () => isOutboxEmpty(client))
      const counted = events - atFirst
      const each = (name: string) => (cpu[name]! * 1e6) / counted
      return {
        perSecond: counted / seconds,
        seconds,
        publishedAfterSeconds: (performance.now() - lastApplied) / 1_000,
        cpuMicros: { service: each('service'), postgres: each('postgres'), kafka: each('kafka') },
      }
    })
  } finally {
    await worker.stop()
  }
}

async function countApplied(client: Client): Promise<number> {
  const { rows } = await client.query<{ applied: string | null }>(
    'select sum(next_offset) as applied from progress.consumer_fence where group_id = $1 and topic = $2',
    [GROUP, LessonProgressedV1.topic],
  )
  return Number(rows[0]!.applied ?? 0)
}

async function isOutboxEmpty(client: Client): Promise<number> {
  const { rows } = await client.query<{ empty: boolean }>('select not exists (select from progress.outbox) as empty')
  return rows[0]!.empty ? 1 : 0
}
