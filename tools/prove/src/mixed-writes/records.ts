import {
  ceHeaders,
  CourseVersionPublishedV1,
  EnrollmentRequestedV1,
  LessonCompletedV1,
  LessonProgressedV1,
  QuizAttemptedV1,
  type EventDefinition,
} from '@laurel/contracts'
import type { Random } from '../random'
import type { Enrollment } from './world'
import type { Action, Attempt, Effect, KafkaWrite, Mark, Time } from './writes'

const SOURCE = '/prove/player'

/** Makes the records that other services send, with ids drawn from the seed. */
export class Records {
  constructor(private readonly random: Random) {}

  version(version: CourseVersionPublishedV1): KafkaWrite {
    return this.of(CourseVersionPublishedV1, version, { kind: 'version' })
  }

  progressed(enrollment: Enrollment, mark: Mark & { at: Time }): KafkaWrite {
    const data = { ...keyOf(enrollment), lesson_id: mark.lessonId, progress_percentage: mark.percentage, occurred_at: text(mark.at) }
    return this.of(LessonProgressedV1, data, { kind: 'mark', enrollment, mark, source: 'reported' })
  }

  /** Another service announces that the lesson is complete. */
  completed(enrollment: Enrollment, lessonId: string, at: Time): KafkaWrite {
    const data = { ...keyOf(enrollment), lesson_id: lessonId, completed_at: text(at) }
    return this.of(LessonCompletedV1, data, { kind: 'mark', enrollment, mark: { lessonId, percentage: 100, at }, source: 'announced' })
  }

  /** What the sender says about passing is drawn at random: it must not count. */
  attempted(enrollment: Enrollment, attempt: Attempt & { number: number; completedAt: Time }): KafkaWrite {
    const data = {
      ...keyOf(enrollment),
      quiz_id: attempt.quizId,
      attempt_number: attempt.number,
      score: attempt.score,
      is_passed: this.random.chance(0.5),
      ...(attempt.startedAt !== null && { started_at: text(attempt.startedAt) }),
      completed_at: text(attempt.completedAt),
    }
    return this.of(QuizAttemptedV1, data, { kind: 'attempt', enrollment, attempt })
  }

  requested(enrollment: Enrollment, action: Action, at: Time): KafkaWrite {
    const data = { ...keyOf(enrollment), action, requested_at: text(at), source_of_enrollment: SOURCE_OF_ENROLLMENT }
    return this.of(EnrollmentRequestedV1, data, { kind: 'request', enrollment, action, at })
  }

  /** The same event delivered again. */
  again(write: KafkaWrite): KafkaWrite {
    return { ...write, recordId: this.random.uuid() }
  }

  of<T>(definition: EventDefinition<T>, data: T, effect: Effect): KafkaWrite {
    const headers = ceHeaders({ id: this.random.uuid(), source: SOURCE, type: definition.type, time: '2026-01-01T00:00:00.000Z' })
    const value = Buffer.from(JSON.stringify(data))
    return { via: 'kafka', recordId: this.random.uuid(), topic: definition.topic, key: definition.key(data), value, headers, effect }
  }
}

/** Of every enrollment that comes by Kafka. */
export const SOURCE_OF_ENROLLMENT = 'company_assignment'

function keyOf({ userId, version }: Enrollment) {
  return { user_id: userId, course_version_id: version.course_version_id }
}

function text(at: Time): string {
  return new Date(at).toISOString()
}
