import { setTimeout as pause } from 'node:timers/promises'
import { CourseVersionPublishedV1, LessonCompletedV1 } from '@laurel/contracts'
import type { RoughProducer } from '../load/rough-producer'

const EVERY_MS = 250
/** Every service reads one of them. */
const TOPICS = [CourseVersionPublishedV1.topic, LessonCompletedV1.topic]

/**
 * Delivers again, four times a second, a course version and a lesson that went through before: so each of the five services
 * always has a record to apply, and its standstill shows even when the load asks nothing of it.
 */
export async function beat(producer: RoughProducer, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await pause(EVERY_MS, undefined, { signal: over }).catch(() => undefined)
    for (const topic of TOPICS) await producer.repeatFirst(topic)
  }
}
