import { Module, type DynamicModule } from '@nestjs/common'
import { arrivedCourseVersions, courseVersionsMigration, CourseVersionStore } from '@laurel/course-versions'
import { messagingMigration } from '@laurel/messaging'
import { startLaurelService, type RunningService, type ShellConfig } from '@laurel/service-shell'
import { DataSource } from 'typeorm'
import { DEFAULT_GATHER, type ProgressConfig } from './config'
import { OnCourseCompleted } from './consumers/on-course-completed.consumer'
import { OnCourseCompletionRevoked } from './consumers/on-course-completion-revoked.consumer'
import { OnCourseVersionPublished } from './consumers/on-course-version-published.consumer'
import { OnEnrollmentRequested } from './consumers/on-enrollment-requested.consumer'
import { OnLearnerErased } from './consumers/on-learner-erased.consumer'
import { OnLessonCompleted } from './consumers/on-lesson-completed.consumer'
import { OnLessonProgressed } from './consumers/on-lesson-progressed.consumer'
import { OnQuizAttempted } from './consumers/on-quiz-attempted.consumer'
import { CourseProgressReadController } from './http/course-progress-read.controller'
import { CourseProgressController } from './http/course-progress.controller'
import { CyclesController } from './http/cycles.controller'
import { EnrollmentsController } from './http/enrollments.controller'
import { ImportsController } from './http/imports.controller'
import { LearnersController } from './http/learners.controller'
import { LessonReportQueue, queueIsFull } from './http/lesson-report-queue'
import { MyCoursesController } from './http/my-courses.controller'
import { QuizAttemptsController } from './http/quiz-attempts.controller'
import { RosterController } from './http/roster.controller'
import { StatisticsController } from './http/statistics.controller'
import { CallerDatabase } from './persistence/caller-database'
import { EnrollmentArchiveEntity } from './persistence/entities/enrollment-archive.entity'
import { EnrollmentEntity } from './persistence/entities/enrollment.entity'
import { ErasedLearnerEntity } from './persistence/entities/erased-learner.entity'
import { IdempotencyKeyEntity } from './persistence/entities/idempotency-key.entity'
import { ImportErrorEntity } from './persistence/entities/import-error.entity'
import { ImportRunEntity } from './persistence/entities/import-run.entity'
import { LessonProgressArchiveEntity } from './persistence/entities/lesson-progress-archive.entity'
import { LessonProgressEntity } from './persistence/entities/lesson-progress.entity'
import { QuizAttemptArchiveEntity } from './persistence/entities/quiz-attempt-archive.entity'
import { QuizAttemptEntity } from './persistence/entities/quiz-attempt.entity'
import { progressMigration } from './persistence/migrations/001-progress'
import { cyclesMigration } from './persistence/migrations/002-cycles'
import { idempotencyKeysMigration } from './persistence/migrations/003-idempotency-keys'
import { importsMigration } from './persistence/migrations/004-imports'
import { erasedLearnersMigration } from './persistence/migrations/005-erased-learners'
import { rowLevelSecurityMigration } from './persistence/migrations/009-row-level-security'
import { arrivedEnrollments } from './use-cases/awaited-enrollment'

/** The learner's record: enrollments, lesson progress and quiz attempts, over REST and Kafka. */
@Module({})
export class ProgressModule {
  static over(dataSource: DataSource, callers: CallerDatabase, reports: LessonReportQueue): DynamicModule {
    return {
      module: ProgressModule,
      controllers: [
        CourseProgressController,
        CourseProgressReadController,
        MyCoursesController,
        RosterController,
        StatisticsController,
        EnrollmentsController,
        CyclesController,
        QuizAttemptsController,
        ImportsController,
        LearnersController,
        OnCourseVersionPublished,
        OnEnrollmentRequested,
        OnLessonProgressed,
        OnLessonCompleted,
        OnQuizAttempted,
        OnCourseCompleted,
        OnCourseCompletionRevoked,
        OnLearnerErased,
      ],
      providers: [
        { provide: DataSource, useValue: dataSource },
        { provide: CallerDatabase, useValue: callers },
        { provide: LessonReportQueue, useValue: reports },
        CourseVersionStore,
      ],
    }
  }
}

/** The database of progress: its schema and roles, entities and migrations. Consumers, sweeps and batches are the writer. */
export const progressDatabase = {
  schema: 'progress',
  role: 'progress_writer',
  runtimeRoles: ['progress_writer', 'progress_caller'],
  entities: [
    EnrollmentEntity,
    LessonProgressEntity,
    QuizAttemptEntity,
    EnrollmentArchiveEntity,
    LessonProgressArchiveEntity,
    QuizAttemptArchiveEntity,
    IdempotencyKeyEntity,
    ImportRunEntity,
    ImportErrorEntity,
    ErasedLearnerEntity,
  ],
  migrations: [
    courseVersionsMigration,
    messagingMigration,
    progressMigration,
    cyclesMigration,
    idempotencyKeysMigration,
    importsMigration,
    erasedLearnersMigration,
    rowLevelSecurityMigration,
  ],
}

export function startProgress(config: ShellConfig & Partial<ProgressConfig>): Promise<RunningService> {
  return startLaurelService({
    config,
    title: 'Laurel progress',
    database: progressDatabase,
    module: async ({ dataSource, openPool, metrics, shedding }) => {
      const callers = new CallerDatabase(await openPool({ role: 'progress_caller', poolSize: 5 }))
      const reports = new LessonReportQueue(dataSource, config.gather ?? DEFAULT_GATHER)
      // No other route is a PATCH.
      shedding.refuseWhile('queue', queueIsFull(), (request) => request.method === 'PATCH' && reports.isFull)
      metrics.gauge('progress_queued_rows', 'Reported lessons that wait to be written', [], function () {
        this.set(reports.depth)
      })
      return ProgressModule.over(dataSource, callers, reports)
    },
    parking: (app) => ({
      ready: async (tx, awaited) => [
        ...(await arrivedCourseVersions(tx, app.get(CourseVersionStore), awaited)),
        ...(await arrivedEnrollments(tx, awaited)),
      ],
    }),
  })
}
