import { randomUUID } from 'node:crypto'
import { LessonCompletedV1, LessonProgressedV1, QuizAttemptedV1, type EventDefinition } from '@laurel/contracts'
import { ceHeaders } from '@laurel/contracts'
import { count, stackProof, type StackRun } from '../stack-proof/stack-proof'
import { LagProbe } from './lag-probe'

/** Two in a thousand are about course versions that nobody has heard of. */
const UNKNOWN_EVERY_MS = 500

/**
 * Learners' events in any order, twice, and between them what no consumer can read or place. The order of a wave is random as a
 * whole, which is more than within 1,000; its malformed messages, twenty in a wave, are more than one in a thousand.
 */
export const poison = stackProof({
  name: 'poison',
  summary:
    '10 % duplicates, random order, over 0.1 % malformed or unknown: good events apply within 2 s; each bad one is a dead letter or parked',
  seconds: 120,
  learnersPerWave: 60,
  roughness: { redelivered: 0.1, batchAtMost: 60 },
  async strike(run) {
    const over = new AbortController()
    const probe = new LagProbe(run)
    const probing = probe.run(over.signal)
    do {
      await sendUnknown(run)
      await run.sleep(UNKNOWN_EVERY_MS)
    } while (!run.isOver())
    over.abort()
    await probing
    probe.judge()
  },
  async check({ load, faults }) {
    faults['malformed message'] = load.malformed.length
    faults['duplicate'] = load.producer.redelivered
  },
})

/** An event of each kind about a course version that will never be published: it waits, it does not block. */
export async function sendUnknown(run: StackRun): Promise<void> {
  const ids = { user_id: randomUUID(), course_version_id: randomUUID() }
  const at = new Date().toISOString()
  await send(run, LessonCompletedV1, { ...ids, lesson_id: randomUUID(), completed_at: at })
  await send(run, QuizAttemptedV1, { ...ids, quiz_id: randomUUID(), attempt_number: 1, score: 100, is_passed: true, completed_at: at })
  await send(run, LessonProgressedV1, { ...ids, lesson_id: randomUUID(), progress_percentage: 100, occurred_at: at })
  run.parked.progress += 3
  run.parked.completion += 2
}

async function send<T>(run: StackRun, definition: EventDefinition<T>, data: T): Promise<void> {
  const headers = ceHeaders({ id: randomUUID(), source: '/prove/player', type: definition.type, time: new Date().toISOString() })
  await run.load.producer.deliver(definition.topic, [{ key: definition.key(data), value: JSON.stringify(data), headers: { ...headers } }])
  count(run, 'event of an unknown course version')
}
