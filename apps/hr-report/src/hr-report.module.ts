import { JobQueue, OutsideSystem } from '@laurel/jobs'
import { messagingMigration } from '@laurel/messaging'
import { JobsController, startLaurelService, type Foundation, type RunningService } from '@laurel/service-shell'
import { Module, type DynamicModule } from '@nestjs/common'
import { DataSource } from 'typeorm'
import type { HrReportConfig } from './config'
import { OnCourseCompleted } from './consumers/on-course-completed.consumer'
import { OnCourseVersionPublished } from './consumers/on-course-version-published.consumer'
import { HrSystem } from './hr-system/hr-system'
import { TrainingRecordsController } from './http/training-records.controller'
import { CourseVersionEntity } from './persistence/entities/course-version.entity'
import { TrainingRecordEntity } from './persistence/entities/training-record.entity'
import { hrMigration } from './persistence/migrations/001-hr'
import { PUSH_QUEUE, pushTrainingRecord } from './use-cases/push-training-record'

/** Training records of completions, and their way into the HR system. */
@Module({})
export class HrReportModule {
  static over(dataSource: DataSource, jobs: JobQueue): DynamicModule {
    return {
      module: HrReportModule,
      controllers: [TrainingRecordsController, JobsController, OnCourseVersionPublished, OnCourseCompleted],
      providers: [
        { provide: DataSource, useValue: dataSource },
        { provide: JobQueue, useValue: jobs },
      ],
    }
  }
}

/** The database of hr-report: its schema, entities and migrations. */
export const hrDatabase = {
  schema: 'hr',
  entities: [CourseVersionEntity, TrainingRecordEntity],
  migrations: [messagingMigration, hrMigration],
}

const HR_TIMEOUT_MS = 3_000

export function startHrReport(config: HrReportConfig): Promise<RunningService> {
  return startLaurelService({
    config: config.shell,
    title: 'Laurel HR report',
    database: hrDatabase,
    module: async (foundation) => HrReportModule.over(foundation.dataSource, await startJobs(foundation, config)),
    onShutdown: (app) => app.get(JobQueue).stop(),
  })
}

/** Jobs are enqueued in every role, and done in the roles worker and all. */
async function startJobs({ dataSource, health, logger, metrics }: Foundation, config: HrReportConfig): Promise<JobQueue> {
  const { shell, hr, jobConcurrency: concurrency, jobRetryLimit: retryLimit } = config
  const schema = `${hrDatabase.schema}_jobs`
  const jobs = new JobQueue({ url: shell.databaseUrl, schema, logger, metrics, concurrency, retryLimit })
  await jobs.start()
  await jobs.createQueue(PUSH_QUEUE)
  health.ready('jobs', () => jobs.check())
  if (shell.role === 'api') return jobs
  const headers = { authorization: `Bearer ${hr.token}` }
  const system = new OutsideSystem({ name: 'hr', baseUrl: hr.url, timeoutMs: HR_TIMEOUT_MS, headers, metrics })
  await jobs.work(PUSH_QUEUE, pushTrainingRecord(dataSource, new HrSystem(system)))
  return jobs
}
