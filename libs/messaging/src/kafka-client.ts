import './kafkajs-record'
import './kafkajs-record-encoder'
import './kafkajs-membership'
import './kafkajs-node24'
import './kafkajs-silence'
import './kafkajs-steady-time'
import { Kafka, logLevel, type LogEntry } from 'kafkajs'
import type { Logger } from '@laurel/telemetry'

export interface KafkaClientOptions {
  /** host:port of at least one broker. */
  readonly brokers: readonly string[]
  /** Shown in the broker's logs and quotas. */
  readonly clientId: string
  /** Where kafkajs's own messages go; nowhere unless given. */
  readonly logger?: Logger
}

const LEVELS = { [logLevel.ERROR]: 'warn', [logLevel.WARN]: 'debug', [logLevel.INFO]: 'debug', [logLevel.DEBUG]: 'debug' } as const

/**
 * A kafkajs client that outlasts a broker restart: with its default retries kafkajs gives up on a broker that is away
 * for seconds and rejoins as a new member (47 s of standstill measured); these resume within a second.
 */
export function createKafka(options: KafkaClientOptions): Kafka {
  const { logger } = options
  return new Kafka({
    clientId: options.clientId,
    brokers: [...options.brokers],
    connectionTimeout: 1_000,
    // Of silence: see kafkajs-silence.
    requestTimeout: 3_000,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 1_000 },
    logLevel: logger ? logLevel.WARN : logLevel.NOTHING,
    logCreator:
      () =>
      ({ namespace, level, log }: LogEntry) => {
        // kafkajs reports as errors what it then retries by itself; what ends a consumer arrives as a CRASH event.
        const severity = LEVELS[level as keyof typeof LEVELS] ?? 'debug'
        logger?.[severity](`kafka: ${log.message}`, { namespace, error: log['error'] })
      },
  })
}
