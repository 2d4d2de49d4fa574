import { defineEvent, type EventDefinition } from '../define-event'
import { enrollmentKey } from '../keys'
import { SAMPLE } from '../sample-ids'
import schema from './lesson-progressed.v1.schema.json'
import type { LessonProgressedV1 as Data } from './lesson-progressed.v1.type'

export type LessonProgressedV1 = Data

/** A learner got further in a lesson. */
export const LessonProgressedV1: EventDefinition<Data> = defineEvent<Data>({
  topic: 'lesson.progressed',
  type: 'lesson.progressed.v1',
  schema,
  key: enrollmentKey,
  samples: [
    {
      user_id: SAMPLE.user_id,
      course_version_id: SAMPLE.course_version_id,
      lesson_id: SAMPLE.lesson_id,
      progress_percentage: 62.5,
      occurred_at: '2026-01-04T09:10:00.000Z',
    },
  ],
})
