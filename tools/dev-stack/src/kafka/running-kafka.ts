import type { Supervised } from '../process/supervise'

/** A broker that answers. */
export interface RunningKafka {
  /** host:port of each broker. */
  readonly brokers: readonly string[]
  /** Where it listens for those who come by the detour. */
  readonly detourPort?: number
  /** For the progress line, such as `Kafka 4.3.1 (Java) on 127.0.0.1:4392`. */
  readonly description: string
  /** Whether its data are ours to wipe; false for the brokers of KAFKA_BROKERS. */
  readonly ours: boolean
  /** The process, unless it runs in Docker or is not ours. */
  readonly process?: Supervised
  /** Resolves when nothing of it runs any more; does nothing to a broker that is not ours. */
  stop(): Promise<void>
}

export const KAFKA_VERSION = '4.3.1'
