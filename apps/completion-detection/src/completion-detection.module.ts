import { Module, type DynamicModule } from '@nestjs/common'
import { arrivedCourseVersions, courseVersionsMigration, CourseVersionStore } from '@laurel/course-versions'
import { messagingMigration } from '@laurel/messaging'
import { startLaurelService, type RunningService, type ShellConfig } from '@laurel/service-shell'
import { DataSource } from 'typeorm'
import { OnCourseVersionPublished } from './consumers/on-course-version-published.consumer'
import { OnEnrollmentChanged } from './consumers/on-enrollment-changed.consumer'
import { OnLessonCompleted } from './consumers/on-lesson-completed.consumer'
import { OnQuizAttempted } from './consumers/on-quiz-attempted.consumer'
import { completionMigration } from './persistence/migrations/001-completion'
import { DECISIONS, restoreCompletions } from './use-cases/restore-completions'

/** Decides completions from the evidence that arrives over Kafka. */
@Module({})
export class CompletionDetectionModule {
  static over(dataSource: DataSource): DynamicModule {
    return {
      module: CompletionDetectionModule,
      controllers: [OnCourseVersionPublished, OnEnrollmentChanged, OnLessonCompleted, OnQuizAttempted],
      providers: [{ provide: DataSource, useValue: dataSource }, CourseVersionStore],
    }
  }
}

/** The database of completion-detection: its schema and migrations. */
export const completionDatabase = {
  schema: 'completion',
  migrations: [courseVersionsMigration, messagingMigration, completionMigration],
}

export function startCompletionDetection(config: ShellConfig): Promise<RunningService> {
  return startLaurelService({
    config,
    title: 'Laurel completion detection',
    database: completionDatabase,
    module: ({ dataSource }) => CompletionDetectionModule.over(dataSource),
    readBack: { topics: DECISIONS, apply: restoreCompletions },
    parking: (app) => ({ ready: (tx, awaited) => arrivedCourseVersions(tx, app.get(CourseVersionStore), awaited) }),
  })
}
