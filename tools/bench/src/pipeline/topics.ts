import {
  CourseCompletedV1,
  CourseCompletionRevokedV1,
  CourseVersionPublishedV1,
  EnrollmentChangedV1,
  LearnerErasedV1,
  LessonCompletedV1,
  QuizAttemptedV1,
} from '@laurel/contracts'
import type { TopicSpec } from '@laurel/messaging'
import { PLAIN_GROUP_ON_KAFKA, PLAIN_INPUT, PLAIN_OUTPUT } from '../baseline-completion/topics'
import { emptyTopics } from '../frame/topics'

export const GROUP = 'laurel.completion-detection'
const PARTITIONS = 12

const PLAIN: readonly TopicSpec[] = [PLAIN_INPUT, PLAIN_OUTPUT].map((name) => ({ name, partitions: PARTITIONS, config: {} }))
/** What completion-detection reads. */
export const INPUTS = [LessonCompletedV1, QuizAttemptedV1, EnrollmentChangedV1, CourseVersionPublishedV1, LearnerErasedV1].map(
  ({ topic }) => topic,
)
const OUTPUTS = [CourseCompletedV1, CourseCompletionRevokedV1].map(({ topic }) => topic)

/** Empties everything that completion-detection reads and writes, other benchmarks' leavings included. */
export function emptyAll(brokers: readonly string[]): Promise<void> {
  return emptyTopics(brokers, [...INPUTS, ...OUTPUTS, PLAIN_INPUT, PLAIN_OUTPUT], [GROUP, PLAIN_GROUP_ON_KAFKA], PLAIN)
}

/** Empties what completion-detection and the plain service write; both read from the beginning again. */
export function emptyOutputs(brokers: readonly string[]): Promise<void> {
  return emptyTopics(brokers, [...OUTPUTS, PLAIN_OUTPUT], [GROUP, PLAIN_GROUP_ON_KAFKA], PLAIN)
}
