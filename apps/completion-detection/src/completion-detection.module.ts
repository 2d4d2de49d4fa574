import { Module, type DynamicModule, type Provider } from '@nestjs/common'
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule'
import { EnrollmentChangedV1 } from '@laurel/contracts'
import { arrivedCourseVersions, courseVersionsMigration, CourseVersionStore } from '@laurel/course-versions'
import { Directory } from '@laurel/directory'
import { JobQueue, OutsideSystem, type OutsideSystemOptions } from '@laurel/jobs'
import { messagingMigration } from '@laurel/messaging'
import { transaction } from '@laurel/postgres'
import { JobsController, ParkedController, startLaurelService, type Foundation, type RunningService } from '@laurel/service-shell'
import { DataSource } from 'typeorm'
import { Checker } from './checker/checker'
import { CheckerMetrics } from './checker/checker-metrics'
import { CheckerSchedule } from './checker/checker-schedule'
import type { LearningPlatform } from './checker/learning-platform'
import type { CompletionDetectionConfig } from './config'
import { OnCourseVersionPublished } from './consumers/on-course-version-published.consumer'
import { OnEnrollmentChanged } from './consumers/on-enrollment-changed.consumer'
import { OnLearnerErased } from './consumers/on-learner-erased.consumer'
import { OnLessonCompleted } from './consumers/on-lesson-completed.consumer'
import { OnQuizAttempted } from './consumers/on-quiz-attempted.consumer'
import { DetectionMetrics } from './detections/detection-metrics'
import { Graphy, GRAPHY_BREAKER } from './graphy/graphy'
import { Pace } from './graphy/pace'
import { CheckerController } from './http/checker.controller'
import { CompletionsController } from './http/completions.controller'
import { DetectionsController } from './http/detections.controller'
import { RawBodies } from './http/raw-json'
import { WebhookDeliveriesController } from './http/webhook-deliveries.controller'
import { WebhooksController } from './http/webhooks.controller'
import { completionMigration } from './persistence/migrations/001-completion'
import { webhooksMigration } from './persistence/migrations/002-webhooks'
import { learnersMigration } from './persistence/migrations/003-learners'
import { databaseTime } from './persistence/database-time'
import { forgetDeliveredBodies } from './use-cases/forget-delivered-bodies'
import { processDeliveries } from './use-cases/process-deliveries'
import { redriveWaitingDeliveries } from './use-cases/redrive-waiting-deliveries'
import { RESOLVE_QUEUE, resolveLearner } from './use-cases/resolve-learner'
import { DECISIONS, restoreCompletions } from './use-cases/restore-completions'
import { WebhookSources } from './webhooks/platforms'
import { RepeatedWork } from './webhooks/repeated-work'
import { WebhookMetrics } from './webhooks/webhook-metrics'

const CONTROLLERS = [
  OnCourseVersionPublished,
  OnEnrollmentChanged,
  OnLessonCompleted,
  OnQuizAttempted,
  OnLearnerErased,
  CompletionsController,
  DetectionsController,
  WebhooksController,
  WebhookDeliveriesController,
  CheckerController,
  JobsController,
  ParkedController,
]

/** Decides completions from the evidence that arrives over Kafka, and from what platforms and people say. */
@Module({})
export class CompletionDetectionModule {
  static over(providers: Provider[]): DynamicModule {
    return { module: CompletionDetectionModule, imports: [ScheduleModule.forRoot()], controllers: CONTROLLERS, providers }
  }
}

/** The database of completion-detection: its schema and migrations. */
export const completionDatabase = {
  schema: 'completion',
  migrations: [courseVersionsMigration, messagingMigration, completionMigration, webhooksMigration, learnersMigration],
}

const CALL_TIMEOUT_MS = 5_000
const DELIVERIES_EVERY_MS = 250
const FORGET_EVERY_MS = 3_600_000

export async function startCompletionDetection(config: CompletionDetectionConfig): Promise<RunningService> {
  /** Ended when the service is, the last begun first. */
  const endings: (() => Promise<unknown>)[] = []
  return startLaurelService({
    config: config.shell,
    title: 'Laurel completion detection',
    database: completionDatabase,
    module: async (foundation) => CompletionDetectionModule.over(await provide(foundation, config, endings)),
    readBack: { topics: DECISIONS, apply: restoreCompletions },
    leadingTopics: [EnrollmentChangedV1.topic],
    parking: (app) => ({ ready: (tx, awaited) => arrivedCourseVersions(tx, app.get(CourseVersionStore), awaited) }),
    onShutdown: async () => {
      for (const end of endings.toReversed()) await end()
    },
  })
}

async function provide(
  foundation: Foundation,
  config: CompletionDetectionConfig,
  endings: (() => Promise<unknown>)[],
): Promise<Provider[]> {
  const { dataSource, metrics, logger } = foundation
  const isWorker = config.shell.role !== 'api'
  const versions = new CourseVersionStore()
  const outside: Outside = (name, baseUrl, breaker) => {
    const system = new OutsideSystem({ name, baseUrl, timeoutMs: CALL_TIMEOUT_MS, metrics, ...(breaker && { breaker }) })
    endings.push(() => system.close())
    return system
  }
  const jobs = await startJobs(foundation, config, outside, endings)
  const webhookMetrics = new WebhookMetrics(metrics, dataSource)
  const checker = openChecker(foundation, config, versions, outside)
  endings.push(() => checker.stop())
  new DetectionMetrics(metrics, dataSource)
  if (isWorker) {
    const deliveries = { dataSource, versions, logger, metrics: webhookMetrics }
    const repeated = [
      new RepeatedWork(
        'processing webhook deliveries',
        async (signal) => processDeliveries(deliveries, await transaction(dataSource, databaseTime), signal),
        DELIVERIES_EVERY_MS,
        logger,
      ),
      new RepeatedWork(
        'forgetting webhook bodies',
        (signal) => forgetDeliveredBodies(dataSource, new Date(), signal),
        FORGET_EVERY_MS,
        logger,
      ),
    ]
    for (const work of repeated) {
      work.start()
      endings.push(() => work.stop())
    }
  }
  const schedule = (registry: SchedulerRegistry) => new CheckerSchedule(registry, checker, config.checker, logger)
  return [
    RawBodies,
    { provide: DataSource, useValue: dataSource },
    { provide: CourseVersionStore, useValue: versions },
    { provide: JobQueue, useValue: jobs },
    { provide: WebhookSources, useValue: new WebhookSources(config.webhooks) },
    { provide: WebhookMetrics, useValue: webhookMetrics },
    { provide: Checker, useValue: checker },
    ...(isWorker ? [{ provide: CheckerSchedule, inject: [SchedulerRegistry], useFactory: schedule }] : []),
  ]
}

type Outside = (name: string, baseUrl: string, breaker?: OutsideSystemOptions['breaker']) => OutsideSystem

/** Jobs are enqueued in every role, and done in the roles worker and all. */
async function startJobs(
  { dataSource, health, logger, metrics }: Foundation,
  { shell, directoryUrl }: CompletionDetectionConfig,
  outside: Outside,
  endings: (() => Promise<unknown>)[],
): Promise<JobQueue> {
  const jobs = new JobQueue({ url: shell.databaseUrl, schema: `${completionDatabase.schema}_jobs`, logger, metrics })
  await jobs.start()
  endings.push(() => jobs.stop())
  await jobs.createQueue(RESOLVE_QUEUE)
  health.ready('jobs', () => jobs.check())
  if (shell.role === 'api') return jobs
  const directory = new Directory(outside('directory', directoryUrl))
  await jobs.work(RESOLVE_QUEUE, resolveLearner({ dataSource, directory, onFindable: redriveWaitingDeliveries }))
  return jobs
}

function openChecker(
  { dataSource, logger, metrics }: Foundation,
  { checker: settings }: CompletionDetectionConfig,
  versions: CourseVersionStore,
  outside: Outside,
): Checker {
  const { graphy, concurrency, recheckMs } = settings
  const platforms = new Map<string, LearningPlatform>()
  if (graphy)
    platforms.set('graphy', new Graphy(outside('graphy', graphy.baseUrl, GRAPHY_BREAKER), graphy, new Pace(graphy.callsPerSecond)))
  const now = () => new Date()
  const onFindable = redriveWaitingDeliveries
  const ports = { dataSource, versions, platforms, onFindable, metrics: new CheckerMetrics(metrics), logger, now, concurrency, recheckMs }
  return new Checker(ports, settings.regular.budgetMs)
}
