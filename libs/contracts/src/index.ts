export { ceHeaders, FIRST_CYCLE_STARTED_AT, sourceOf, type CloudEvent } from './cloud-event'
export type { EventDefinition, Parsed } from './define-event'
export { definitionOf, EVENTS } from './events'
export { isStorableText, isUtcDateTime, isUuid } from './formats'
export {
  completionId,
  courseCompletionRevokedId,
  credentialIssuedId,
  credentialRevokedId,
  enrollmentChangedId,
  factId,
  lessonCompletedId,
  quizAttemptedId,
  uuidV5,
  type CompletionFact,
} from './ids'
export { enrollmentKey } from './keys'
export { CourseVersionPublishedV1 } from './course-version-published/course-version-published.v1'
export { EnrollmentRequestedV1 } from './enrollment-requested/enrollment-requested.v1'
export { EnrollmentChangedV1 } from './enrollment-changed/enrollment-changed.v1'
export { LessonProgressedV1 } from './lesson-progressed/lesson-progressed.v1'
export { LessonCompletedV1 } from './lesson-completed/lesson-completed.v1'
export { QuizAttemptedV1 } from './quiz-attempted/quiz-attempted.v1'
export { CourseCompletedV1 } from './course-completed/course-completed.v1'
export { CourseCompletionRevokedV1 } from './course-completion-revoked/course-completion-revoked.v1'
export { CredentialIssuedV1 } from './credential-issued/credential-issued.v1'
export { CredentialRevokedV1 } from './credential-revoked/credential-revoked.v1'
export { LearnerErasedV1 } from './learner-erased/learner-erased.v1'
