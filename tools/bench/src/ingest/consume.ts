import { setTimeout as pause } from 'node:timers/promises'
import { LessonProgressedV1 } from '@laurel/contracts'
import type { Client } from 'pg'
import { BenchFailure } from '../failure'
import type { Bench } from '../frame/bench'
import { hasEnded, logEnd } from '../frame/children'
import type { Closing } from '../frame/closing'
import { startProgressService } from '../frame/start-progress-service'
import { countCpu } from '../measure/proc'
import { GROUP } from './topics'

const NAME = 'progress-worker'
const POLL_MS = 20
const STANDSTILL_MS = 60_000

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
  const worker = await startProgressService(closing, {
    name: NAME,
    role: 'worker',
    databaseUrl: databases.serviceUrl(database),
    brokers: infra.kafka.brokers,
  })
  const pids = { service: worker.pid, postgres: infra.processes.postgres?.pid, kafka: infra.processes.kafka?.pid }
  try {
    return await databases.with(database, async (client) => {
      /** Waits until so many events are applied, and says how many are. */
      const applied = (wanted: number) =>
        until(
          () => countApplied(client),
          wanted,
          () => hasEnded(worker.process),
        )
      const atFirst = await applied(1)
      const [began, used] = [performance.now(), countCpu(pids)]
      await applied(events)
      const [seconds, cpu] = [(performance.now() - began) / 1_000, used()]
      const lastApplied = performance.now()
      await until(
        () => isOutboxEmpty(client),
        1,
        () => hasEnded(worker.process),
      )
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

/** @throws BenchFailure when the figure stands still for a minute, or the worker has ended */
async function until(look: () => Promise<number>, wanted: number, workerEnded: () => boolean): Promise<number> {
  let last = -1
  let since = performance.now()
  for (;;) {
    const figure = await look()
    if (figure >= wanted) return figure
    if (figure !== last) [last, since] = [figure, performance.now()]
    const why = workerEnded() ? 'ended' : performance.now() - since > STANDSTILL_MS ? 'stands still' : null
    if (why) throw new BenchFailure(`the worker ${why} at ${figure} of ${wanted}.\n${logEnd(NAME)}`)
    await pause(POLL_MS)
  }
}
