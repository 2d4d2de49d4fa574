import type { EventDefinition } from './define-event'
import { CourseVersionPublishedV1 } from './course-version-published/course-version-published.v1'
import { EnrollmentRequestedV1 } from './enrollment-requested/enrollment-requested.v1'
import { EnrollmentChangedV1 } from './enrollment-changed/enrollment-changed.v1'
import { LessonProgressedV1 } from './lesson-progressed/lesson-progressed.v1'
import { LessonCompletedV1 } from './lesson-completed/lesson-completed.v1'
import { QuizAttemptedV1 } from './quiz-attempted/quiz-attempted.v1'
import { CourseCompletedV1 } from './course-completed/course-completed.v1'
import { CourseCompletionRevokedV1 } from './course-completion-revoked/course-completion-revoked.v1'
import { CredentialIssuedV1 } from './credential-issued/credential-issued.v1'
import { CredentialRevokedV1 } from './credential-revoked/credential-revoked.v1'
import { LearnerErasedV1 } from './learner-erased/learner-erased.v1'

/** Every version of every event. */
export const EVENTS: readonly EventDefinition<unknown>[] = [
  CourseVersionPublishedV1,
  EnrollmentRequestedV1,
  EnrollmentChangedV1,
  LessonProgressedV1,
  LessonCompletedV1,
  QuizAttemptedV1,
  CourseCompletedV1,
  CourseCompletionRevokedV1,
  CredentialIssuedV1,
  CredentialRevokedV1,
  LearnerErasedV1,
]

/** The versions of the event on a topic; empty for a topic that carries none. */
export function definitionOf(topic: string): readonly EventDefinition<unknown>[] {
  return EVENTS.filter((event) => event.topic === topic)
}
