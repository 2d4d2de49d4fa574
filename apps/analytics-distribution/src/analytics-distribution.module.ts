import { Inject, Module, type DynamicModule, type OnApplicationBootstrap } from '@nestjs/common'
import { messagingMigration } from '@laurel/messaging'
import { startLaurelService, type Foundation, type RunningService } from '@laurel/service-shell'
import { DataSource } from 'typeorm'
import type { AnalyticsDistributionConfig } from './config'
import { OnCourseCompleted } from './consumers/on-course-completed.consumer'
import { OnLessonCompleted } from './consumers/on-lesson-completed.consumer'
import { Identifiers } from './domain/identifiers'
import { DestinationsController } from './http/destinations.controller'
import { LearningRecordStore } from './lrs/learning-record-store'
import { StatementSender } from './lrs/statement-sender'
import { analyticsMigration } from './persistence/migrations/001-analytics'

const SENDS = Symbol('this process sends')

/** Tells a learning record store what learners completed, once per fact. */
@Module({})
export class AnalyticsDistributionModule implements OnApplicationBootstrap {
  static over({ dataSource, logger, metrics }: Foundation, { shell, lrs, xapi }: AnalyticsDistributionConfig): DynamicModule {
    const sender = new StatementSender({ dataSource, logger, metrics, lrs: new LearningRecordStore(lrs) })
    return {
      module: AnalyticsDistributionModule,
      controllers: [DestinationsController, OnLessonCompleted, OnCourseCompleted],
      providers: [
        { provide: DataSource, useValue: dataSource },
        { provide: StatementSender, useValue: sender },
        { provide: Identifiers, useValue: new Identifiers(xapi.baseIri, xapi.accountHomePage) },
        { provide: SENDS, useValue: shell.role !== 'api' },
      ],
    }
  }

  constructor(
    private readonly sender: StatementSender,
    @Inject(SENDS) private readonly sends: boolean,
  ) {}

  /** Statements that wait are sent before Kafka is there. */
  onApplicationBootstrap(): void {
    if (this.sends) this.sender.start()
  }
}

/** The database of analytics-distribution: its schema and migrations. */
export const analyticsDatabase = { schema: 'analytics', migrations: [messagingMigration, analyticsMigration] }

export function startAnalyticsDistribution(config: AnalyticsDistributionConfig): Promise<RunningService> {
  return startLaurelService({
    config: config.shell,
    title: 'Laurel analytics distribution',
    database: analyticsDatabase,
    module: (foundation) => AnalyticsDistributionModule.over(foundation, config),
    onShutdown: (app) => app.get(StatementSender).stop(),
  })
}
