import { Directory } from '@laurel/directory'
import { JobQueue, OutsideSystem } from '@laurel/jobs'
import { messagingMigration } from '@laurel/messaging'
import { JobsController, startLaurelService, type Foundation, type RunningService } from '@laurel/service-shell'
import { Module, type DynamicModule } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { Assessment } from './assessment/assessment'
import type { CredentialConfig } from './config'
import { CREDENTIALS_WANTED, OnCourseCompleted } from './consumers/on-course-completed.consumer'
import { OnCourseVersionPublished } from './consumers/on-course-version-published.consumer'
import { Credly } from './credly/credly'
import { CertificatesController } from './http/certificates.controller'
import { AnnouncedCredentialEntity } from './persistence/entities/announced-credential.entity'
import { CertificateEntity } from './persistence/entities/certificate.entity'
import { CompletionEntity } from './persistence/entities/completion.entity'
import { CourseVersionEntity } from './persistence/entities/course-version.entity'
import { credentialMigration } from './persistence/migrations/001-credential'
import { ISSUE_QUEUE, issueCredential } from './use-cases/issue-credential'
import { ANNOUNCEMENTS, restoreAnnouncements } from './use-cases/restore-announcements'

/** Credentials of completions: issued once each, at Credly where the course has a badge there. */
@Module({})
export class CredentialModule {
  static over(dataSource: DataSource, jobs: JobQueue, wanted: boolean): DynamicModule {
    return {
      module: CredentialModule,
      controllers: [CertificatesController, JobsController, OnCourseVersionPublished, OnCourseCompleted],
      providers: [
        { provide: DataSource, useValue: dataSource },
        { provide: JobQueue, useValue: jobs },
        { provide: CREDENTIALS_WANTED, useValue: wanted },
      ],
    }
  }
}

/** The database of credential: its schema, entities and migrations. */
export const credentialDatabase = {
  schema: 'credential',
  entities: [CourseVersionEntity, CompletionEntity, CertificateEntity, AnnouncedCredentialEntity],
  migrations: [messagingMigration, credentialMigration],
}

const CALL_TIMEOUT_MS = 3_000

export function startCredential(config: CredentialConfig): Promise<RunningService> {
  return startLaurelService({
    config: config.shell,
    title: 'Laurel credential',
    database: credentialDatabase,
    module: async (foundation) =>
      CredentialModule.over(foundation.dataSource, await startJobs(foundation, config), config.enableCredentials),
    readBack: { topics: ANNOUNCEMENTS, apply: restoreAnnouncements },
    onShutdown: (app) => app.get(JobQueue).stop(),
  })
}

/** Jobs are enqueued in every role, and done in the roles worker and all, unless credentials are disabled. */
async function startJobs({ dataSource, health, logger, metrics }: Foundation, config: CredentialConfig): Promise<JobQueue> {
  const { shell, credly, jobConcurrency: concurrency, jobRetryLimit: retryLimit } = config
  const schema = `${credentialDatabase.schema}_jobs`
  const jobs = new JobQueue({ url: shell.databaseUrl, schema, logger, metrics, concurrency, retryLimit })
  await jobs.start()
  await jobs.createQueue(ISSUE_QUEUE)
  health.ready('jobs', () => jobs.check())
  if (shell.role === 'api' || !config.enableCredentials) return jobs
  const system = (name: string, baseUrl: string, headers = {}) =>
    new OutsideSystem({ name, baseUrl, timeoutMs: CALL_TIMEOUT_MS, headers, metrics })
  const authorization = `Basic ${Buffer.from(`${credly.token}:`).toString('base64')}`
  const issue = issueCredential({
    dataSource,
    directory: new Directory(system('directory', config.directoryUrl)),
    assessment: new Assessment(system('assessment', config.assessmentUrl)),
    credly: new Credly(system('credly', credly.url, { authorization }), credly.organizationId),
  })
  await jobs.work(ISSUE_QUEUE, issue)
  return jobs
}
