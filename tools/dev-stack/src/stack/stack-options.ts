import type { Progress } from '../progress'

export interface StackOptions {
  /** Where data, logs, passwords, process ids and stack.json live. One stack at a time may use it. */
  readonly dir: string
  /** Wipe Kafka's, Postgres's and the sandbox's data first; servers of KAFKA_BROKERS and DATABASE_URL are left alone. */
  readonly fresh?: boolean
  /** `preferred` (default) tries the documented ports first, `ephemeral` takes any free ones. */
  readonly ports?: 'preferred' | 'ephemeral'
  /** Variables for all five services, on top of what they get anyway. */
  readonly serviceEnvironment?: Readonly<Record<string, string>>
  readonly progress?: Progress
  /** Cuts the start short: it throws, and nothing is left running. */
  readonly signal?: AbortSignal
}
