import type { Kafka, Message, Producer } from 'kafkajs'
import type { Notification, PoolClient } from 'pg'
import type { DataSource, QueryRunner } from 'typeorm'
import { trySessionLock, type SessionLock } from '@laurel/postgres'
import type { Logger } from '@laurel/telemetry'
import { idempotentProducer } from './idempotent-producer'
import { createKafka } from './kafka-client'
import type { MessagingMetrics } from './messaging-metrics'

export interface OutboxRelayOptions {
  readonly service: string
  readonly brokers: readonly string[]
  /** Initialised and migrated; its current schema holds the outbox. */
  readonly dataSource: DataSource
  readonly logger: Logger
  readonly metrics: MessagingMetrics
  /** Called after each publication, for tests of what a crash between produce and delete leaves. */
  readonly onPublished?: () => Promise<void>
}

interface OutboxRow {
  id: string
  topic: string
  key: Buffer | null
  headers: Record<string, string>
  payload: Buffer | null
}

const ROWS_PER_SEND = 500
/** Behind LISTEN/NOTIFY, for a notification lost with a connection. */
const POLL_MS = 1_000
const STANDBY_MS = 1_000

// Rows are claimed because they are there, never by "id greater than the last one": ids are drawn before commit, so a
// smaller one can appear later.
const CLAIM = { name: 'outbox-claim', text: 'select id, topic, key, headers, payload from outbox order by id limit $1' }
const REMOVE = { name: 'outbox-remove', text: 'delete from outbox where id = any($1::int8[])' }

/**
 * Publishes the outbox: in id order, so in order per key; at least once, with the ids that the rows carry; one active
 * relay per schema (advisory lock), the others stand by. Rows are deleted after all in-sync replicas have them.
 */
export class OutboxRelay {
  private readonly kafka: Kafka
  private producer: Producer
  private stopped = false
  private running: Promise<void> = Promise.resolve()
  private wake: () => void = () => {
    this.woken = true
  }
  private woken = false

  constructor(private readonly options: OutboxRelayOptions) {
    this.kafka = createKafka({ brokers: options.brokers, clientId: `laurel-${options.service}-relay`, logger: options.logger })
    this.producer = this.newProducer()
  }

  async start(): Promise<void> {
    await this.producer.connect()
    this.running = this.run()
  }

  /** Finishes the publication at work. What is left in the outbox is published by the next relay. */
  async stop(): Promise<void> {
    this.stopped = true
    this.wake()
    await this.running
    await this.producer.disconnect()
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const runner = this.options.dataSource.createQueryRunner()
      try {
        await this.lead(runner)
      } catch (error) {
        if (!this.stopped) this.options.logger.warn('outbox relay cannot publish, trying again', { reason: (error as Error).message })
        await this.sleep(STANDBY_MS / 4)
      } finally {
        await runner.release().catch(() => undefined)
      }
    }
  }

  /** Holds one connection: its end is the end of the lock, so a relay that lost the database does not lead. */
  private async lead(runner: QueryRunner): Promise<void> {
    const client = (await runner.connect()) as PoolClient
    const onNotification = (message: Notification) => {
      if (message.channel.startsWith('laurel_outbox_')) this.wake()
    }
    const onEnd = () => this.wake()
    let lock: SessionLock | null = null
    client.on('notification', onNotification)
    client.on('end', onEnd)
    try {
      while (!this.stopped && !(lock = await trySessionLock(runner.manager, 'outbox'))) await this.sleep(STANDBY_MS)
      if (!lock) return
      const { rows } = await client.query<{ schema: string }>('select current_schema() as schema')
      await client.query(`listen "laurel_outbox_${rows[0]!.schema}"`)
      while (!this.stopped) {
        this.woken = false
        if ((await this.publishSome(client)) === 0 && !this.woken) await this.sleep(POLL_MS)
      }
    } finally {
      client.off('notification', onNotification)
      client.off('end', onEnd)
      // The connection goes back to the pool; where it is broken, the server listens for it no longer.
      await client.query('unlisten *').catch(() => undefined)
      await lock?.release()
    }
  }

  private async publishSome(client: PoolClient): Promise<number> {
    const { rows } = await client.query<OutboxRow>({ ...CLAIM, values: [ROWS_PER_SEND] })
    if (rows.length === 0) return 0
    const byTopic = Map.groupBy(rows, (row) => row.topic)
    const topicMessages = [...byTopic].map(([topic, ofTopic]) => ({
      topic,
      messages: ofTopic.map((row) => ({ key: row.key, value: row.payload, headers: row.headers })),
    }))
    await this.send(topicMessages)
    await this.options.onPublished?.()
    await client.query({ ...REMOVE, values: [rows.map((row) => row.id)] })
    for (const { topic, messages } of topicMessages) this.options.metrics.published.inc({ topic }, messages.length)
    return rows.length
  }

  /** What cannot be sent ends its producer: the broker may have lost count of it, and would refuse all that follows. */
  private async send(topicMessages: { topic: string; messages: Message[] }[]): Promise<void> {
    try {
      await this.producer.sendBatch({ acks: -1, topicMessages })
    } catch (error) {
      await this.producer.disconnect().catch(() => undefined)
      this.producer = this.newProducer()
      await this.producer.connect()
      throw error
    }
  }

  private newProducer(): Producer {
    return idempotentProducer(this.kafka, { retries: 1_000_000, initialRetryTime: 100, maxRetryTime: 1_000 })
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.wake = () => {
          this.woken = true
        }
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.wake = () => {
        this.woken = true
        done()
      }
    })
  }
}
