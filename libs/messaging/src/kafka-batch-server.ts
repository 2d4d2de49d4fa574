import { Server, type CustomTransportStrategy } from '@nestjs/microservices'
import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import { lastValueFrom } from 'rxjs'
import type { DataSource } from 'typeorm'
import { isDatabaseUnavailable } from '@laurel/postgres'
import { runWithTrace, type Logger } from '@laurel/telemetry'
import { ConsumerPulse } from './consumer-pulse'
import type { DefinitionsOf } from './decode'
import { FenceGuard } from './fence-guard'
import { HistoryLane, historyGroup } from './history-lane'
import { createKafka } from './kafka-client'
import type { MessagingMetrics } from './messaging-metrics'
import { OffsetFollower } from './offset-follower'
import { PartitionRunner } from './partition-runner'
import type { BatchContext, BatchHandler, Disposition } from './received'
import { ParkingSweep, type ParkingOptions } from './parking-sweep'
import { rawRecord } from './raw-record'
import type { RetryPolicy } from './retry'

export interface KafkaBatchServerOptions {
  /** Name of the service; its own events (`/laurel/<service>`) are passed over. */
  readonly service: string
  readonly brokers: readonly string[]
  /** Initialised and migrated. */
  readonly dataSource: DataSource
  readonly logger: Logger
  readonly metrics: MessagingMetrics
  /** `laurel.<service>` unless given. */
  readonly groupId?: string
  /** A member that died is replaced after this long; 30,000 unless given. */
  readonly sessionTimeoutMs?: number
  /** Partitions worked on at once; each takes a database connection. 3 unless given. */
  readonly concurrency?: number
  readonly parking?: ParkingOptions
  /**
   * Where given, partitions without a fence are consumed from their end at once, and what lies before is gone through beside
   * that, at this rate. Else it is consumed first, as fast as can be.
   */
  readonly historyPerSecond?: number | undefined
  /**
   * Topics that others are judged by, such as enrollments: on assignment the others wait until these are applied up to where they end
   * then. So a database that was restored, or is behind for another reason, judges evidence by what was known when it came.
   */
  readonly leadingTopics?: readonly string[]
  /** The contracts by topic; those of @laurel/contracts unless given. */
  readonly definitionsOf?: DefinitionsOf
  readonly retry?: RetryPolicy
  /** Called when the consumer is dead for good: only a restart of the process helps. */
  readonly onDeath?: (reason: string) => void
}

/** So soon a member notices that the group changes: all wait for the last one to join again, twice when somebody falls silent meanwhile. */
const HEARTBEAT_MS = 1_000

/**
 * A Nest transport over kafkajs `eachBatch`: `@EventPattern<string>(topic)` methods receive `Batch<T>` and
 * `BatchContext` inside one transaction per partition batch. The transport alone acks, retries, isolates, dead-letters
 * and parks; handlers return dispositions or throw.
 */
export class KafkaBatchServer extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true
  private readonly kafka: Kafka
  private readonly group: string
  private readonly pulse: ConsumerPulse
  private consumer: Consumer | undefined
  private admin: Admin | undefined
  private guard: FenceGuard | undefined
  private follower: OffsetFollower | undefined
  private sweep: ParkingSweep | undefined
  private history: HistoryLane | undefined
  private readonly runner: PartitionRunner
  private readonly working = new Set<Promise<void>>()
  private closing = false

  constructor(private readonly options: KafkaBatchServerOptions) {
    super()
    this.group = options.groupId ?? `laurel.${options.service}`
    this.kafka = createKafka({ brokers: options.brokers, clientId: `laurel-${options.service}`, logger: options.logger })
    this.pulse = new ConsumerPulse(this.sessionTimeoutMs)
    this.runner = new PartitionRunner({ ...options, group: this.group })
  }

  /** Called by Nest when the handlers are registered. */
  listen(callback: (error?: unknown) => void): void {
    this.start().then(() => callback(), callback)
  }

  /** Finishes the batches at work, takes no new ones, commits offsets, leaves the group. */
  async close(): Promise<void> {
    this.closing = true
    await this.sweep?.stop()
    await this.history?.stop()
    this.guard?.close()
    await Promise.allSettled(this.working)
    // While still a member: stopping leaves the group.
    await this.follower?.stop()
    await this.consumer?.disconnect()
    await this.admin?.disconnect()
  }

  on(): never {
    throw new Error('KafkaBatchServer emits no events: use health()')
  }

  unwrap<T>(): T {
    return this.consumer as T
  }

  /** What is wrong, one sentence each. `dead`: only a restart helps. `halted`: an operator must set a fence. */
  health(): { dead: string | null; halted: string[]; joined: boolean } {
    return { dead: this.closing ? null : this.pulse.dead(), halted: this.guard?.halted() ?? [], joined: this.pulse.joined }
  }

  private get sessionTimeoutMs(): number {
    return this.options.sessionTimeoutMs ?? 30_000
  }

  private async start(): Promise<void> {
    const { dataSource, logger, parking, leadingTopics = [] } = this.options
    const topics = [...this.messageHandlers.keys()]
    const admin = (this.admin = this.kafka.admin())
    const consumer = (this.consumer = this.kafka.consumer({
      groupId: this.group,
      sessionTimeout: this.sessionTimeoutMs,
      heartbeatInterval: Math.min(HEARTBEAT_MS, this.sessionTimeoutMs / 3),
      maxWaitTimeInMs: 100,
      maxBytesPerPartition: 1 << 20,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 1_000, restartOnFailure: async () => true },
    }))
    const follower = (this.follower = new OffsetFollower(consumer, logger))
    const onFence = (topic: string, partition: number, next: bigint) => follower.reached(topic, partition, next)
    const guard = (this.guard = new FenceGuard({ group: this.group, consumer, admin, dataSource, logger, onFence, leadingTopics }))
    this.pulse.watch(consumer, (reason) => {
      logger.error('consumer ended; the process must be restarted', { reason })
      this.options.onDeath?.(reason)
    })
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      follower.reassigned()
      guard.assigned(payload.memberAssignment)
    })
    await Promise.all([admin.connect(), consumer.connect()])
    const history = (this.history = this.historyLane(topics))
    if (this.options.historyPerSecond !== undefined) await history.split()
    await consumer.subscribe({ topics, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: this.options.concurrency ?? 3,
      eachBatch: async (payload) => {
        if (this.closing) return
        const batch = this.takeBatch(payload)
        this.working.add(batch)
        await batch.finally(() => this.working.delete(batch))
      },
    })
    history.start()
    if (!parking) return
    this.sweep = new ParkingSweep({ ...this.options, parking, handlerOf: (topic) => this.handlerOf(topic) })
    this.sweep.start()
  }

  private async takeBatch(payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, resolveOffset, isStale, isRunning, pause } = payload
    const { topic, partition } = batch
    const started = performance.now()
    const beating = setInterval(() => void heartbeat().catch(() => undefined), HEARTBEAT_MS / 2)
    try {
      if (!(await this.guard!.mayConsume(topic, partition)) || isStale() || !isRunning()) return
      const records = batch.messages.map((message) => rawRecord(topic, partition, message))
      const outcome = await runWithTrace(undefined, () =>
        this.runner.run(
          {
            topic,
            partition,
            records,
            // kafkajs keeps it on the batch but leaves it out of its types (2.2.4, src/consumer/batch.js).
            fetchedFrom: BigInt((batch as unknown as { fetchedOffset: string }).fetchedOffset),
            last: BigInt(batch.lastOffset()),
            firstAfterSeek: this.guard!.isFirstAfterSeek(topic, partition),
          },
          this.handlerOf(topic),
        ),
      )
      if (outcome.kind === 'seek') return this.guard!.seek(topic, partition, outcome.to)
      this.guard!.taken(topic, partition)
      resolveOffset(batch.lastOffset())
      this.follower!.reached(topic, partition, BigInt(batch.lastOffset()) + 1n)
      this.options.metrics.lag.set({ topic, partition }, Number(batch.offsetLag()))
      this.options.metrics.batchSize.observe({ topic }, records.length)
      this.options.metrics.batchSeconds.observe({ topic }, (performance.now() - started) / 1_000)
      await heartbeat()
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error
      this.pauseUntilDatabaseIsBack(topic, partition, pause, error)
    } finally {
      clearInterval(beating)
    }
  }

  /** The batch is not resolved, so it is fetched again. Consumption of the other partitions goes on or pauses by itself. */
  private pauseUntilDatabaseIsBack(topic: string, partition: number, pause: () => () => void, error: unknown): void {
    this.options.metrics.paused.inc({ topic })
    this.options.logger.warn('database unavailable, partition paused', { topic, partition, reason: (error as Error).message })
    const resume = pause()
    const probe = (wait: number) => {
      setTimeout(() => {
        if (this.closing) return
        this.options.dataSource.query('select 1').then(resume, () => probe(Math.min(wait * 2, 1_000)))
      }, wait).unref()
    }
    probe(100)
  }

  private historyLane(topics: readonly string[]): HistoryLane {
    const { kafka, group, options } = this
    const runner = new PartitionRunner({ ...options, group: historyGroup(group) })
    return new HistoryLane({
      ...options,
      kafka,
      group,
      topics,
      perSecond: options.historyPerSecond ?? Infinity,
      run: (batch) => runner.run(batch, this.handlerOf(batch.topic)),
    })
  }

  private handlerOf(topic: string): BatchHandler {
    const handler = this.getHandlerByPattern(topic)
    if (!handler) throw new Error(`no handler for topic ${topic}`)
    return async (batch, context: BatchContext) => {
      const result$ = this.transformToObservable(await handler(batch, context))
      return lastValueFrom(result$, { defaultValue: undefined }) as Promise<readonly Disposition[] | undefined>
    }
  }
}
