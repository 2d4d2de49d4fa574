import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  builtService,
  commonEnvironment,
  Secrets,
  SERVICES as SPECS,
  startStack,
  type Detour,
  type Stack,
  type StackState,
} from '@laurel/dev-stack'
import { createKafka, type Kafka } from '@laurel/messaging'
import { givenServers } from '../config'
import { aimAt } from './process-tree'
import { freePort, Replica } from './replica'
import { SESSION_TIMEOUT_MS } from './stage'

export const SERVICES = ['progress', 'completion-detection', 'credential', 'analytics-distribution', 'hr-report'] as const
export type ServiceName = (typeof SERVICES)[number]

/** Schema of each service. */
export const SCHEMAS: Readonly<Record<ServiceName, string>> = {
  progress: 'progress',
  'completion-detection': 'completion',
  credential: 'credential',
  'analytics-distribution': 'analytics',
  'hr-report': 'hr',
}

/** Kafka, Postgres, the sandbox and the five services, in a directory of their own, to be crashed at will; what ends is started again. */
export class WholeStack {
  private constructor(
    /** Where the logs and the data are. */
    readonly dir: string,
    private readonly stack: Stack,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /**
   * @param environment variables for the services, on top of what they get anyway
   * @param detour by which the stack's own services reach the servers
   * @throws Error with the reason; nothing is left running then
   */
  static async start(signal: AbortSignal, environment: Readonly<Record<string, string>> = {}, detour?: Detour): Promise<WholeStack> {
    const given = givenServers()
    if (given.length > 0) throw new Error(`a proof crashes servers of its own: unset ${given.join(' and ')}`)
    const dir = mkdtempSync(join(tmpdir(), 'laurel-prove-'))
    // Postgres runs as another user when this process is root.
    chmodSync(dir, 0o755)
    const serviceEnvironment = { KAFKA_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS), ...environment }
    return new WholeStack(
      dir,
      await startStack({ dir, fresh: true, ports: 'ephemeral', serviceEnvironment, signal, ...(detour && { detour }) }),
      environment,
    )
  }

  get state(): StackState {
    return this.stack.state
  }

  /** A superuser's URL: the checker sees every row. */
  get adminUrl(): string {
    return this.state.postgres.url
  }

  get broker(): string {
    return this.state.kafka.brokers[0]!
  }

  kafka(clientId: string): Kafka {
    return createKafka({ brokers: [...this.state.kafka.brokers], clientId })
  }

  /** Process id of each service: another one means that it ended in between. */
  pids(): Record<ServiceName, number> {
    return Object.fromEntries(SERVICES.map((name) => [name, this.state.services[name]!.pid])) as Record<ServiceName, number>
  }

  /** Sends a signal to a service, `kafka`, `postgres` or `sandbox`. */
  kill(name: ServiceName | 'kafka' | 'postgres' | 'sandbox', signal: NodeJS.Signals): void {
    this.stack.kill(name, signal)
  }

  /** SIGKILL of the postmaster and all of its children at once. */
  crashPostgres(): void {
    const recorded = JSON.parse(readFileSync(join(this.dir, 'pids.json'), 'utf8')) as { name: string; pid: number }[]
    const { pid } = recorded.find(({ name }) => name === 'postgres')!
    while (!aimAt(pid)());
  }

  /** One more process of a service, beside the one that the stack runs; not started yet. */
  async replica(service: ServiceName, number: number, environment: Readonly<Record<string, string>> = {}): Promise<Replica> {
    const { state } = this
    const spec = SPECS.find(({ name }) => name === service)!
    const port = await freePort()
    const sandboxUrl = state.sandbox.url
    const name = `${service}-${number}`
    return new Replica({
      name,
      script: join(builtService(service), 'main.js'),
      port,
      logFile: join(this.dir, 'logs', `${name}.log`),
      env: {
        ...commonEnvironment({ port, databaseUrl: state.databases[service]!, brokers: state.kafka.brokers, sandboxUrl }),
        ...spec.env({ sandboxUrl, secrets: new Secrets(this.dir), enableCredentials: 'true' }),
        KAFKA_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS),
        ...this.environment,
        ...environment,
      },
    })
  }

  /** Resolves when nothing runs any more. */
  stop(): Promise<void> {
    return this.stack.stop()
  }

  /** Removes data and logs. */
  remove(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }
}
