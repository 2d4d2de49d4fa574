import type { DynamicModule, INestApplication } from '@nestjs/common'
import { KafkaBatchServer, messagingMetrics, OutboxRelay, readBack, type ParkingOptions, type ReadBackOptions } from '@laurel/messaging'
import { createDataSource, migrate, type DatabaseOptions } from '@laurel/postgres'
import { createLogger, Metrics, type Logger } from '@laurel/telemetry'
import type { DataSource } from 'typeorm'
import type { ShellConfig } from '../config/shell-config'
import { LoadShedding } from '../http/load-shedding'
import { Health } from './health'
import { startService, type RunningService } from './boot'

/** What every service stands on, ready for use: the database is migrated. */
export interface Foundation {
  readonly config: ShellConfig
  readonly logger: Logger
  readonly metrics: Metrics
  readonly health: Health
  /** Refuses nothing until it is told when to. */
  readonly shedding: LoadShedding
  readonly dataSource: DataSource
  /** Another pool on the same schema, in another role; closed together with `dataSource`. */
  openPool(options: { role: string; poolSize: number }): Promise<DataSource>
}

export interface LaurelServiceOptions {
  readonly config: ShellConfig
  readonly database: Pick<DatabaseOptions, 'schema' | 'role' | 'entities' | 'migrations' | 'poolSize'>
  readonly title: string
  /** Wires the service's rooms together. */
  readonly module: (foundation: Foundation) => DynamicModule | Promise<DynamicModule>
  /** For services that must know what they have announced before they decide anything. */
  readonly readBack?: Pick<ReadBackOptions, 'topics' | 'apply'>
  /** For services that judge events of other topics by these; see KafkaBatchServerOptions. */
  readonly leadingTopics?: readonly string[]
  /** For services that park events. */
  readonly parking?: (app: INestApplication) => ParkingOptions
  /** Runs when consumers and relay are stopped, before the database is closed. */
  readonly onShutdown?: (app: INestApplication) => Promise<void>
}

/**
 * Starts a service with everything that all of them share: database and migrations, consumers behind the fence, the
 * outbox relay (in the roles worker and all), health that knows of each, and an end that drains in the right order.
 */
export async function startLaurelService(options: LaurelServiceOptions): Promise<RunningService> {
  const { config } = options
  const logger = createLogger({ service: config.service, level: config.logLevel })
  const metrics = new Metrics(config.service)
  const health = new Health()
  const shedding = new LoadShedding(metrics)
  const database: DatabaseOptions = {
    url: config.databaseUrl,
    applicationName: `laurel-${config.service}`,
    ...options.database,
  }
  const applied = await migrate(database)
  if (applied.length > 0) logger.info('schema migrated', { schema: database.schema, applied })
  const pools = new Pools(database)
  try {
    const dataSource = await pools.open({})
    health.ready('database', async () => void (await dataSource.query('select 1')))
    const shared = {
      service: config.service,
      brokers: config.kafkaBrokers,
      dataSource,
      logger,
      metrics: messagingMetrics(metrics, dataSource),
    }
    if (options.readBack && config.role !== 'api') await readBack({ ...shared, ...options.readBack })
    const relay = config.role === 'api' ? null : new OutboxRelay(shared)
    const module = await options.module({
      config,
      logger,
      metrics,
      health,
      shedding,
      dataSource,
      openPool: (change) => pools.open(change),
    })
    const service = await startService({
      config,
      logger,
      metrics,
      health,
      shedding,
      module,
      title: options.title,
      version: '0.0.0',
      strategy: (app) => {
        const server = new KafkaBatchServer({
          ...shared,
          sessionTimeoutMs: config.kafkaSessionTimeoutMs,
          historyPerSecond: config.rebuildEventsPerSecond,
          onDeath: endProcess,
          ...(options.leadingTopics ? { leadingTopics: options.leadingTopics } : {}),
          ...(options.parking ? { parking: options.parking(app) } : {}),
        })
        watchConsumers(health, server)
        return server
      },
      onShutdown: async (app) => {
        await relay?.stop()
        await options.onShutdown?.(app)
        await pools.close()
      },
    })
    await relay?.start()
    return service
  } catch (error) {
    await pools.close()
    throw error
  }
}

/** The connections of one service to its schema. */
class Pools {
  private readonly opened: DataSource[] = []

  constructor(private readonly database: DatabaseOptions) {}

  async open(change: Partial<DatabaseOptions>): Promise<DataSource> {
    const pool = await createDataSource({ ...this.database, ...change }).initialize()
    this.opened.push(pool)
    return pool
  }

  async close(): Promise<void> {
    await Promise.all(this.opened.splice(0).map((pool) => pool.destroy()))
  }
}

/** Uncaught on purpose: the process logs it and exits 1, and its supervisor starts another. */
function endProcess(reason: string): void {
  process.nextTick(() => {
    throw new Error(reason)
  })
}

function watchConsumers(health: Health, server: KafkaBatchServer): void {
  health.live('consumers', () => {
    const { dead } = server.health()
    if (dead !== null) throw new Error(dead)
  })
  health.ready('consumers', () => {
    const { joined, halted } = server.health()
    if (halted.length > 0) throw new Error(halted.join('; '))
    if (!joined) throw new Error('not yet a member of the consumer group')
  })
}
