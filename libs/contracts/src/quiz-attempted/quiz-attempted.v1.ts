import { defineEvent, type EventDefinition } from '../define-event'
import { enrollmentKey } from '../keys'
import { SAMPLE } from '../sample-ids'
import schema from './quiz-attempted.v1.schema.json'
import type { QuizAttemptedV1 as Data } from './quiz-attempted.v1.type'

export type QuizAttemptedV1 = Data

/** A learner finished an attempt at a quiz. */
export const QuizAttemptedV1: EventDefinition<Data> = defineEvent<Data>({
  topic: 'quiz.attempted',
  type: 'quiz.attempted.v1',
  schema,
  key: enrollmentKey,
  samples: [
    {
      user_id: SAMPLE.user_id,
      course_version_id: SAMPLE.course_version_id,
      quiz_id: SAMPLE.quiz_id,
      attempt_number: 2,
      score: 85.5,
      is_passed: true,
      started_at: '2026-01-09T10:00:00.000Z',
      completed_at: '2026-01-09T10:30:00.250Z',
    },
  ],
})
