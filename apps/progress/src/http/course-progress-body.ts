import {
  CountBody,
  IdBody,
  ListBody,
  NullableNumberBody,
  NullableTextBody,
  NullableTimeBody,
  TextBody,
  TimeBody,
} from '@laurel/service-shell'
import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger'
import type { EnrollmentStatus } from '../domain/enrollment'
import type { LessonStatus } from '../persistence/lesson-progress-store'
import type { CourseProgress } from '../use-cases/read-course-progress'
import { CycleBody, LessonStatusBody, PercentageBody, StandingBody, StatusBody, toTime } from './body-fields'
import { presentAttempt, QuizAttemptBody } from './quiz-attempt-dto'

export class LessonBody {
  @IdBody('lesson')
  readonly lesson_id: string
  @TextBody('Name of the lesson', 'Washing hands')
  readonly title: string
  @LessonStatusBody()
  readonly status: LessonStatus
  @PercentageBody('The highest that was ever reported')
  readonly progress_percentage: number
  @NullableTimeBody('The earliest report')
  readonly started_at: string | null
  @NullableTimeBody('The latest report')
  readonly last_accessed_at: string | null
  @NullableTimeBody('When it was complete first')
  readonly completed_at: string | null
}

export class QuizBody {
  @IdBody('quiz')
  readonly quiz_id: string
  @TextBody('Name of the quiz', 'Final quiz')
  readonly title: string
  @ApiProperty({ example: true })
  readonly is_passed: boolean
  @CountBody('How often it was attempted', 2)
  readonly attempts: number
  @NullableNumberBody('The best score, 0-100; null without an attempt', 85, 100)
  readonly best_score: number | null
}

export class ResumeBody {
  @IdBody('lesson')
  readonly lesson_id: string
  @TextBody('Name of the lesson', 'Washing hands')
  readonly title: string
  @PercentageBody('How far the learner got in it')
  readonly progress_percentage: number
}

/** A learner's record of one course. */
@ApiExtraModels(ResumeBody)
export class CourseProgressBody {
  @IdBody('version')
  readonly course_version_id: string
  @IdBody('course')
  readonly course_id: string
  @TextBody('Name of the course', 'Handling food safely')
  readonly title: string
  @StatusBody()
  readonly status: EnrollmentStatus
  @NullableTextBody('Why the status is what it is, if that was told', 'Left the company')
  readonly status_reason: string | null
  @CycleBody()
  readonly cycle: number
  @StandingBody()
  readonly percentage: number
  @CountBody('Completed lessons of the open cycle', 3)
  readonly completed_lessons: number
  @CountBody('All lessons of the course version', 6)
  readonly total_lessons: number
  @TimeBody('When the learner enrolled')
  readonly enrolled_at: string
  @NullableTimeBody('When the course was completed')
  readonly completed_at: string | null
  @NullableTimeBody('When it is to be completed')
  readonly due_at: string | null
  @ApiProperty({
    description: 'The lesson to go on with; null when none is left',
    // A nullable reference would still ask null to be a ResumeBody (OpenAPI 3.0.3, section 4.7.24.1).
    oneOf: [{ $ref: getSchemaPath(ResumeBody) }, { type: 'object', nullable: true, enum: [null] }],
  })
  readonly resume: ResumeBody | null
  @ListBody(LessonBody, 'Every lesson, in the order of the course')
  readonly items: readonly LessonBody[]
  @ListBody(QuizBody, 'Every quiz')
  readonly quizzes: readonly QuizBody[]
  @ListBody(QuizAttemptBody, 'Every attempt, by quiz and number')
  readonly quiz_attempts: readonly QuizAttemptBody[]
}

export function toCourseProgressBody(progress: CourseProgress): CourseProgressBody {
  const { version, enrollment, resume } = progress
  return {
    course_version_id: version.courseVersionId,
    course_id: version.courseId,
    title: version.title,
    status: enrollment.status,
    status_reason: enrollment.statusReason,
    cycle: enrollment.cycle,
    percentage: progress.percentage,
    completed_lessons: progress.completedLessons,
    total_lessons: progress.lessons.length,
    enrolled_at: enrollment.enrolledAt.toISOString(),
    completed_at: toTime(enrollment.completedAt),
    due_at: toTime(enrollment.dueAt),
    resume: resume && { lesson_id: resume.lesson.id, title: resume.lesson.title, progress_percentage: resume.percentage },
    items: progress.lessons.map(toLesson),
    quizzes: progress.quizzes.map(({ quiz, isPassed, attempts, bestScore }) => ({
      quiz_id: quiz.id,
      title: quiz.title,
      is_passed: isPassed,
      attempts,
      best_score: bestScore,
    })),
    quiz_attempts: progress.attempts.map(presentAttempt),
  }
}

function toLesson({ lesson, record }: CourseProgress['lessons'][number]): LessonBody {
  return {
    lesson_id: lesson.id,
    title: lesson.title,
    status: record?.status ?? 'not_started',
    progress_percentage: record?.percentage ?? 0,
    started_at: toTime(record?.startedAt ?? null),
    last_accessed_at: toTime(record?.lastAccessedAt ?? null),
    completed_at: toTime(record?.completedAt ?? null),
  }
}
