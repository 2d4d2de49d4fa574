import { CourseCompletedV1, LessonCompletedV1 } from '@laurel/contracts'
import { createKafka, readTopic, type Admin } from '@laurel/messaging'
import type { Client } from 'pg'
import type { Bench } from '../frame/bench'
import type { Closing } from '../frame/closing'
import { recordsIn, withAdmin } from '../frame/topics'
import { untilReached } from '../frame/until-reached'
import type { Case } from '../ledgers/case'
import { countWrongLedgers } from '../ledgers/exactness'
import { compareCompletions, type CompletionFaults, type FoundCompletion } from '../ledgers/model'
import { countCpu } from '../measure/proc'
import { setFences } from './set-fences'
import { DATABASE, startWorker, WORKER } from './stage'
import { GROUP } from './topics'

/** How the way from Kafka to Kafka did. */
export interface Piped {
  readonly perSecond: number
  /** From the first applied event until all were applied and the last course.completed was on Kafka. */
  readonly seconds: number
  /** CPU per event in that time, by process. */
  readonly cpuMicros: Readonly<Record<'service' | 'postgres' | 'kafka', number>>
  readonly faults: CompletionFaults
  readonly wrongLedgers: number
}

/** Starts the service as a worker on a preloaded topic and stops it when everything is on Kafka; then compares with the model. */
export async function runPipeline(bench: Bench, closing: Closing, given: Case): Promise<Piped> {
  const { databases, infra } = bench
  await databases.copy(given.seeded, DATABASE)
  await setFences(bench, 'oldest')
  const { brokers } = infra.kafka
  const measured = await withAdmin(brokers, (admin) => databases.with(DATABASE, (client) => measure(bench, closing, given, admin, client)))
  const wrongLedgers = await databases.with(DATABASE, (client) => countWrongLedgers(client, given.world, given.lessons))
  return { ...measured, wrongLedgers, faults: compareCompletions(given.completions, await publishedCompletions(brokers)) }
}

async function measure(
  bench: Bench,
  closing: Closing,
  { lessons, completions }: Case,
  admin: Admin,
  client: Client,
): Promise<Omit<Piped, 'faults' | 'wrongLedgers'>> {
  const { infra } = bench
  const worker = await startWorker(bench, closing)
  try {
    const pids = { service: worker.pid, postgres: infra.processes.postgres?.pid, kafka: infra.processes.kafka?.pid }
    const atFirst = await untilReached(worker, WORKER, 1, () => countApplied(client))
    const [began, used] = [performance.now(), countCpu(pids)]
    await untilReached(worker, WORKER, lessons.count, () => countApplied(client))
    await untilReached(worker, WORKER, completions.size, () => recordsIn(admin, CourseCompletedV1.topic))
    const [seconds, cpu] = [(performance.now() - began) / 1_000, used()]
    const counted = lessons.count - atFirst
    const each = (name: string) => (cpu[name]! * 1e6) / counted
    const cpuMicros = { service: each('service'), postgres: each('postgres'), kafka: each('kafka') }
    return { perSecond: counted / seconds, seconds, cpuMicros }
  } finally {
    // It publishes what is in the outbox before it ends, so that a completion too many would be found.
    await worker.stop()
  }
}

async function countApplied(client: Client): Promise<number> {
  const { rows } = await client.query<{ applied: string | null }>(
    'select sum(next_offset) as applied from completion.consumer_fence where group_id = $1 and topic = $2',
    [GROUP, LessonCompletedV1.topic],
  )
  return Number(rows[0]!.applied ?? 0)
}

async function publishedCompletions(brokers: readonly string[]): Promise<FoundCompletion[]> {
  const found: FoundCompletion[] = []
  await readTopic(createKafka({ brokers, clientId: 'laurel-bench' }), CourseCompletedV1.topic, ({ value }) => {
    found.push(JSON.parse(value!.toString()) as FoundCompletion)
  })
  return found
}
