import { ceHeaders, LessonCompletedV1 } from '@laurel/contracts'
import type { Received } from '@laurel/messaging'
import type { BenchRecord } from '../frame/topics'
import { uuidBytesOf, uuidText } from '../measure/random'
import type { LedgerWorld } from './ledger-world'
import type { LessonsDone } from './lessons-done'

const SOURCE = '/player'
/** After everything that happens in a world. */
const RECORD_TIME = new Date(Date.UTC(2025, 5, 1))

/** A lesson as Kafka holds it. */
export function lessonRecord(world: LedgerWorld, lessons: LessonsDone, index: number): BenchRecord {
  const data = dataOf(world, lessons, index)
  const id = uuidText(uuidBytesOf(`${world.seed} ${lessons.count} lesson done ${index}`))
  return {
    key: LessonCompletedV1.key(data),
    value: JSON.stringify(data),
    headers: ceHeaders({ id, source: SOURCE, type: LessonCompletedV1.type, time: data.completed_at }),
  }
}

/** The same as a consumer gets it: decoded, at its own offset of one partition. */
export function receivedLesson(world: LedgerWorld, lessons: LessonsDone, index: number): Received<LessonCompletedV1> {
  return {
    topic: LessonCompletedV1.topic,
    partition: 0,
    offset: BigInt(index),
    key: null,
    value: null,
    headers: {},
    recordTime: RECORD_TIME,
    id: String(index),
    source: SOURCE,
    type: LessonCompletedV1.type,
    time: RECORD_TIME,
    data: dataOf(world, lessons, index),
  }
}

function dataOf(world: LedgerWorld, { enrollments, lessons }: LessonsDone, index: number): LessonCompletedV1 {
  const [enrollment, lesson] = [enrollments[index]!, lessons[index]!]
  const ids = world.textsOf(enrollment, lesson)
  return {
    user_id: ids.user,
    course_version_id: ids.version,
    lesson_id: ids.lesson,
    completed_at: new Date(world.timeOf(enrollment, lesson)).toISOString(),
  }
}
