import { ceHeaders, LessonProgressedV1 } from '@laurel/contracts'
import type { BenchRecord } from '../frame/topics'
import { uuidBytesOf, uuidText } from '../measure/random'
import type { Evidence } from './evidence'

/** A piece of evidence as `lesson.progressed`. */
export function lessonProgressed(evidence: Evidence, index: number): BenchRecord {
  const { world } = evidence
  const { enrollment, lesson, percentage } = evidence.at(index)
  const version = world.versionOf(enrollment)
  const time = new Date(world.timeOf(enrollment, lesson)).toISOString()
  const data: LessonProgressedV1 = {
    user_id: uuidText(world.learnerId(world.learnerOf(enrollment))),
    course_version_id: uuidText(world.versionId(version)),
    lesson_id: uuidText(world.lessonId(version, lesson)),
    progress_percentage: percentage,
    occurred_at: time,
  }
  const id = uuidText(uuidBytesOf(`${world.seed} event ${index}`))
  return {
    key: LessonProgressedV1.key(data),
    value: JSON.stringify(data),
    headers: ceHeaders({ id, source: '/player', type: LessonProgressedV1.type, time }),
  }
}
