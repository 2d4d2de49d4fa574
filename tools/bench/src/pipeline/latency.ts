import { setTimeout as pause } from 'node:timers/promises'
import { randomUUID } from 'node:crypto'
import { completionId, CourseCompletedV1, LessonCompletedV1 } from '@laurel/contracts'
import { createKafka, type Consumer, type Kafka } from '@laurel/messaging'
import type { Bench } from '../frame/bench'
import type { Closing } from '../frame/closing'
import { untilReached } from '../frame/until-reached'
import type { Case } from '../ledgers/case'
import { OPEN_REQUIRED, type LedgerWorld } from '../ledgers/ledger-world'
import { lessonRecord } from '../ledgers/lesson-events'
import { lastLessons, type LessonsDone } from '../ledgers/lessons-done'
import { poissonSchedule } from '../measure/poisson'
import { randomFrom } from '../measure/random'
import { percentile, Samples } from '../measure/statistics'
import { setFences } from './set-fences'
import { DATABASE, startWorker, WORKER } from './stage'

/** What completes in the first seconds is not counted: the service has just started. */
const WARM_UP_SECONDS = 2
const CLIENT = 'laurel-bench'

/** From the moment at which the last lesson was due until course.completed was read from Kafka. */
export interface Latency {
  readonly rate: number
  readonly completions: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** How late events were sent, for which the service cannot be blamed. */
  readonly sentLateP99Ms: number
}

/** Lessons of learners who complete, at random moments, whatever the service answers: an open loop. */
export async function measureLatency(bench: Bench, closing: Closing, { world, seeded }: Case): Promise<Latency> {
  const { databases, infra, options } = bench
  const seconds = WARM_UP_SECONDS + options.seconds * options.rounds
  const due = poissonSchedule(options.eventRate, seconds, randomFrom(`${world.seed} arrivals`))
  const learners = Math.min(world.enrollments, Math.floor(due.length / OPEN_REQUIRED))
  const lessons = lastLessons(world, learners)
  await databases.copy(seeded, DATABASE)
  await setFences(bench, 'end')
  const kafka = createKafka({ brokers: infra.kafka.brokers, clientId: CLIENT })
  const worker = await startWorker(bench, closing)
  const completed = new Map<string, number>()
  const consumer = await watchCompletions(kafka, completed)
  try {
    await worker.ready()
    const began = performance.now()
    const late = await sendWhenDue(kafka, world, lessons, due, began)
    await untilReached(worker, WORKER, learners, () => completed.size)
    const latencies = latenciesOf(world, lessons, due, (id) => completed.get(id)! - began)
    const sorted = latencies.sorted()
    const [p50Ms, p99Ms, maxMs] = [percentile(sorted, 0.5), percentile(sorted, 0.99), percentile(sorted, 1)]
    return { rate: options.eventRate, completions: sorted.length, p50Ms, p99Ms, maxMs, sentLateP99Ms: percentile(late.sorted(), 0.99) }
  } finally {
    await worker.stop()
    await consumer.disconnect()
  }
}

/** Notes when each completion was read first; joined when it returns. */
async function watchCompletions(kafka: Kafka, completed: Map<string, number>): Promise<Consumer> {
  const consumer = kafka.consumer({ groupId: `laurel-bench-${randomUUID()}`, maxWaitTimeInMs: 50 })
  await consumer.connect()
  await consumer.subscribe({ topic: CourseCompletedV1.topic, fromBeginning: true })
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()))
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: 12,
    eachMessage: async ({ message }) => {
      const { completion_id: id } = JSON.parse(message.value!.toString()) as CourseCompletedV1
      if (!completed.has(id)) completed.set(id, performance.now())
    },
  })
  await joined
  return consumer
}

/** Returns how late each event was handed to the producer, in milliseconds. */
async function sendWhenDue(kafka: Kafka, world: LedgerWorld, lessons: LessonsDone, due: Float64Array, began: number): Promise<Samples> {
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  const late = new Samples()
  const sending: Promise<unknown>[] = []
  try {
    for (let next = 0; next < lessons.count;) {
      const passed = performance.now() - began
      const first = next
      while (next < lessons.count && due[next]! <= passed) late.add(passed - due[next++]!)
      const messages = Array.from({ length: next - first }, (_, index) => lessonRecord(world, lessons, first + index))
      if (messages.length > 0) sending.push(producer.send({ topic: LessonCompletedV1.topic, messages }))
      else await pause(Math.max(1, due[next]! - passed))
    }
    await Promise.all(sending)
    return late
  } finally {
    await producer.disconnect()
  }
}

/** @param readAt when a completion was read, in milliseconds from the start of the schedule */
function latenciesOf(world: LedgerWorld, { count, enrollments }: LessonsDone, due: Float64Array, readAt: (id: string) => number): Samples {
  const lastDue = new Map<number, number>()
  for (let index = 0; index < count; index++) lastDue.set(enrollments[index]!, due[index]!)
  const latencies = new Samples()
  for (const [enrollment, at] of lastDue) {
    const { user, version } = world.textsOf(enrollment, 0)
    if (at >= WARM_UP_SECONDS * 1_000) latencies.add(readAt(completionId({ course_version_id: version, user_id: user, cycle: 1 })) - at)
  }
  return latencies
}
