import { defineEvent, type EventDefinition } from '../define-event'
import { enrollmentKey } from '../keys'
import { SAMPLE } from '../sample-ids'
import schema from './lesson-completed.v1.schema.json'
import type { LessonCompletedV1 as Data } from './lesson-completed.v1.type'

export type LessonCompletedV1 = Data

/** A learner finished a lesson. */
export const LessonCompletedV1: EventDefinition<Data> = defineEvent<Data>({
  topic: 'lesson.completed',
  type: 'lesson.completed.v1',
  schema,
  key: enrollmentKey,
  samples: [
    {
      user_id: SAMPLE.user_id,
      course_version_id: SAMPLE.course_version_id,
      lesson_id: SAMPLE.lesson_id,
      completed_at: '2026-01-04T09:20:00.000Z',
    },
  ],
})
