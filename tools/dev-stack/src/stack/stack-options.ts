import type { Progress } from '../progress'

/** Ports on 127.0.0.1. */
export interface ServerPorts {
  readonly kafka: number
  readonly postgres: number
  readonly sandbox: number
}

/** Another way by which the services, and they alone, reach the servers. */
export interface Detour {
  /** What the services are told; nothing of the stack listens there. */
  readonly entrances: ServerPorts
  /** Called once, before the services start: where the entrances must lead. */
  lead(exits: ServerPorts): void
}

export interface StackOptions {
  /** Where data, logs, passwords, process ids and stack.json live. One stack at a time may use it. */
  readonly dir: string
  /** Wipe Kafka's, Postgres's and the sandbox's data first; servers of KAFKA_BROKERS and DATABASE_URL are left alone. */
  readonly fresh?: boolean
  /** `preferred` (default) tries the documented ports first, `ephemeral` takes any free ones. */
  readonly ports?: 'preferred' | 'ephemeral'
  /** Variables for all five services, on top of what they get anyway. */
  readonly serviceEnvironment?: Readonly<Record<string, string>>
  /** Not with given servers, nor with Kafka in Docker. */
  readonly detour?: Detour
  readonly progress?: Progress
  /** Cuts the start short: it throws, and nothing is left running. */
  readonly signal?: AbortSignal
}
