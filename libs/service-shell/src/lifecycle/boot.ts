import { setTimeout as pause } from 'node:timers/promises'
import type { DynamicModule, INestApplication, Type } from '@nestjs/common'
import { NestFactory, Reflector } from '@nestjs/core'
import type { CustomTransportStrategy, NestMicroservice } from '@nestjs/microservices'
import { NestLogger, type Logger, type Metrics } from '@laurel/telemetry'
import type { FastifyInstance } from 'fastify'
import { AuthGuard } from '../auth/auth-guard'
import { RateLimitGuard } from '../auth/rate-limit-guard'
import { TokenVerifier } from '../auth/token-verifier'
import type { ShellConfig } from '../config/shell-config'
import { addDocs } from '../http/docs'
import { Door } from '../http/door'
import { closeServer, createHttpAdapter, type HttpLimits } from '../http/http-server'
import { LoadShedding } from '../http/load-shedding'
import { addOperationsRoutes } from '../http/operations'
import { logRequests, measureRequests, refuseApi, traceRequests } from '../http/request-hooks'
import { ProblemFilter } from '../problem/problem-filter'
import { DtoPipe } from '../problem/validation'
import type { Health } from './health'
import { exitOnProcessEvents, type ProcessEvents } from './process-events'

export interface ServiceOptions extends HttpLimits {
  readonly config: ShellConfig
  readonly module: Type<unknown> | DynamicModule
  /** Makes the consumers' transport; asked only in the roles worker and all, after the modules are up. */
  readonly strategy?: (app: INestApplication) => CustomTransportStrategy
  readonly logger: Logger
  readonly metrics: Metrics
  readonly health: Health
  /** Default: refuses nothing. */
  readonly shedding?: LoadShedding
  /** Runs when neither requests nor batches are under way any more, before the modules are destroyed. */
  readonly onShutdown?: (app: INestApplication) => Promise<void>
  readonly title: string
  readonly version: string
  /** Where signals and fatal errors arrive; null leaves them to the caller, as a test does. Default: this process. */
  readonly process?: ProcessEvents | null
}

export interface RunningService {
  readonly app: INestApplication
  /** With the port that was taken. */
  readonly url: string
  /** Drains and stops everything, and resolves when it is done. Later calls return the same promise. */
  close(): Promise<void>
}

/**
 * Boots a service and resolves when it answers requests and its consumers run. Port first, then consumers: /livez
 * answers while Kafka is still awaited, and a taken port fails before the group is joined. When a part fails, what
 * already ran is stopped and the error is thrown.
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const door = new Door(options.shedding ?? new LoadShedding(options.metrics))
  const service = new Running(options, await createApp(options, door), door)
  if (options.process !== null) {
    const events = options.process ?? process
    exitOnProcessEvents({ drain: () => service.close(), logger: options.logger, process: events })
  }
  try {
    await service.start()
    return service
  } catch (error) {
    await service.close().catch((err: unknown) => options.logger.error('stopping after a failed start failed', { err }))
    throw error
  }
}

class Running implements RunningService {
  url = ''
  private state: 'starting' | 'running' | 'shutting down' = 'starting'
  private transport: CustomTransportStrategy | undefined
  private closing: Promise<void> | undefined

  constructor(
    private readonly options: ServiceOptions,
    readonly app: INestApplication,
    private readonly door: Door,
  ) {
    options.health.ready('process', () => {
      if (this.state !== 'running') throw new Error(this.state)
    })
  }

  async start(): Promise<void> {
    const { config, logger } = this.options
    await this.app.listen(config.port, config.host)
    this.url = await this.app.getUrl()
    if (config.role !== 'api') await this.startConsumers()
    if (this.state === 'starting') this.state = 'running'
    logger.info('started', { url: this.url, role: config.role })
  }

  close(): Promise<void> {
    this.closing ??= this.drain(this.state === 'running' ? (this.options.config.drainGraceMs ?? 0) : 0)
    return this.closing
  }

  private async startConsumers(): Promise<void> {
    if (this.options.strategy === undefined || this.closing !== undefined) return
    this.transport = closingOnce(this.options.strategy(this.app))
    connectConsumers(this.app, this.transport, new ProblemFilter(this.options.logger))
    await this.app.startAllMicroservices()
  }

  /**
   * Requests and batches end before the modules are destroyed, for Nest would close databases first. For the grace it is
   * not ready and answers as ever: balancers need a moment to see it, and clients of kept connections to be told to go.
   */
  private async drain(graceMs: number): Promise<void> {
    this.state = 'shutting down'
    this.door.letGo()
    await Promise.all([this.endRequests(graceMs), this.transport?.close()])
    await this.options.onShutdown?.(this.app)
    await this.app.close()
  }

  private async endRequests(graceMs: number): Promise<void> {
    if (graceMs > 0 && this.options.config.role !== 'worker') await pause(graceMs)
    await closeServer(this.app.getHttpAdapter().getInstance() as FastifyInstance, this.door)
  }
}

async function createApp(options: ServiceOptions, door: Door): Promise<INestApplication> {
  const { config, logger, metrics, health } = options
  const adapter = createHttpAdapter(door, options)
  const server = adapter.getInstance<FastifyInstance>()
  door.guard(server)
  traceRequests(server)
  measureRequests(server, metrics)
  if (config.logLevel === 'debug') logRequests(server, logger)
  if (config.role === 'worker') refuseApi(server)
  const settings = { logger: new NestLogger(logger), abortOnError: false, bodyParser: false }
  const app = await NestFactory.create(options.module, adapter, settings)
  app.useGlobalGuards(new AuthGuard(new TokenVerifier(config.iam), new Reflector()))
  if (config.rateLimitPerSecond > 0) app.useGlobalGuards(new RateLimitGuard(config.rateLimitPerSecond, metrics))
  app.useGlobalPipes(new DtoPipe())
  app.useGlobalFilters(new ProblemFilter(logger))
  addOperationsRoutes(server, health, metrics)
  addDocs(app, options.title, options.version)
  return app
}

/**
 * Message handlers get the filter alone: guards and pipes are for HTTP, and a pipe cannot tell a message from a body,
 * so they must not see one. The app's own start has already run the modules' init hooks.
 */
function connectConsumers(app: INestApplication, strategy: CustomTransportStrategy, filter: ProblemFilter): void {
  const options = { inheritAppConfig: false, deferInitialization: true }
  const consumers = app.connectMicroservice({ strategy }, options) as NestMicroservice
  consumers.useGlobalFilters(filter)
  consumers.setIsInitHookCalled(true)
}

/** The drain closes the transport, and Nest would again when the app closes. */
function closingOnce(strategy: CustomTransportStrategy): CustomTransportStrategy {
  const close = strategy.close.bind(strategy)
  let closed: Promise<void> | undefined
  strategy.close = () => (closed ??= Promise.resolve(close()))
  return strategy
}
