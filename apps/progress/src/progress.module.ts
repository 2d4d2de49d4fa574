import { Module, type DynamicModule } from '@nestjs/common'
import { arrivedCourseVersions, courseVersionsMigration, CourseVersionStore } from '@laurel/course-versions'
import { messagingMigration } from '@laurel/messaging'
import { startLaurelService, type RunningService, type ShellConfig } from '@laurel/service-shell'
import { DataSource } from 'typeorm'
import { OnCourseCompleted } from './consumers/on-course-completed.consumer'
import { OnCourseCompletionRevoked } from './consumers/on-course-completion-revoked.consumer'
import { OnCourseVersionPublished } from './consumers/on-course-version-published.consumer'
import { OnEnrollmentRequested } from './consumers/on-enrollment-requested.consumer'
import { OnLessonCompleted } from './consumers/on-lesson-completed.consumer'
import { OnLessonProgressed } from './consumers/on-lesson-progressed.consumer'
import { OnQuizAttempted } from './consumers/on-quiz-attempted.consumer'
import { CourseProgressController } from './http/course-progress.controller'
import { EnrollmentsController } from './http/enrollments.controller'
import { QuizAttemptsController } from './http/quiz-attempts.controller'
import { EnrollmentEntity } from './persistence/entities/enrollment.entity'
import { LessonProgressEntity } from './persistence/entities/lesson-progress.entity'
import { QuizAttemptEntity } from './persistence/entities/quiz-attempt.entity'
import { progressMigration } from './persistence/migrations/001-progress'
import { arrivedEnrollments } from './use-cases/awaited-enrollment'

/** The learner's record: enrollments, lesson progress and quiz attempts, over REST and Kafka. */
@Module({})
export class ProgressModule {
  static over(dataSource: DataSource): DynamicModule {
    return {
      module: ProgressModule,
      controllers: [
        CourseProgressController,
        EnrollmentsController,
        QuizAttemptsController,
        OnCourseVersionPublished,
        OnEnrollmentRequested,
        OnLessonProgressed,
        OnLessonCompleted,
        OnQuizAttempted,
        OnCourseCompleted,
        OnCourseCompletionRevoked,
      ],
      providers: [{ provide: DataSource, useValue: dataSource }, CourseVersionStore],
    }
  }
}

/** The database of progress: its schema, entities and migrations. */
export const progressDatabase = {
  schema: 'progress',
  entities: [EnrollmentEntity, LessonProgressEntity, QuizAttemptEntity],
  migrations: [courseVersionsMigration, messagingMigration, progressMigration],
}

export function startProgress(config: ShellConfig): Promise<RunningService> {
  return startLaurelService({
    config,
    title: 'Laurel progress',
    database: progressDatabase,
    module: ({ dataSource }) => ProgressModule.over(dataSource),
    parking: (app) => ({
      ready: async (tx, awaited) => [
        ...(await arrivedCourseVersions(tx, app.get(CourseVersionStore), awaited)),
        ...(await arrivedEnrollments(tx, awaited)),
      ],
    }),
  })
}
