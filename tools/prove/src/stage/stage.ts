import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtService, databaseRole, LocalIam, provisionTopics, startInfra, type Infra } from '@laurel/dev-stack'
import { createKafka, type Kafka } from '@laurel/messaging'
import { provision, serviceUrl, type ServiceRole } from '@laurel/postgres'
import { givenServers } from '../config'
import { aimAt } from './process-tree'
import { freePort, Replica } from './replica'

/** A member that died is replaced after this long. */
export const SESSION_TIMEOUT_MS = 6_000

export interface StageOptions {
  /** Which service, and how many processes of it. */
  readonly service: string
  readonly replicas: number
  /** On top of what each replica needs. */
  readonly env?: Readonly<Record<string, string>>
  /** Settings of Postgres on top of ours. */
  readonly postgresSettings?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Kafka, Postgres, an identity service and the replicas of one service: started for one run, and crashed at will. */
export class Stage {
  private constructor(
    /** Where the logs and the data are. */
    readonly dir: string,
    private readonly infra: Infra,
    readonly iam: LocalIam,
    readonly replicas: readonly Replica[],
  ) {}

  /**
   * Starts everything in a directory of its own.
   *
   * @throws Error with the reason; nothing is left running then
   */
  static async start(o: StageOptions): Promise<Stage> {
    const given = givenServers()
    if (given.length > 0) throw new Error(`a proof crashes servers of its own: unset ${given.join(' and ')}`)
    const dir = mkdtempSync(join(tmpdir(), 'laurel-prove-'))
    // Postgres runs as another user when this process is root.
    chmodSync(dir, 0o755)
    mkdirSync(join(dir, 'logs'))
    const { postgresSettings = {}, signal } = o
    const infra = await startInfra({ dir, fresh: true, ports: 'ephemeral', postgresSettings, signal })
    const iam = await LocalIam.start()
    const stage = new Stage(dir, infra, iam, await replicasOf(o, dir, infra, iam))
    try {
      await prepare(o, infra)
      await Promise.all(stage.replicas.map((replica) => replica.start()))
      o.signal.throwIfAborted()
      return stage
    } catch (error) {
      await stage.stop()
      throw error
    }
  }

  /** A superuser's URL: the checker sees every row. */
  get adminUrl(): string {
    return this.infra.postgres.url
  }

  kafka(clientId: string): Kafka {
    return createKafka({ brokers: this.infra.kafka.brokers, clientId })
  }

  get postgresPid(): number {
    return this.infra.processes.postgres!.pid
  }

  /** For SIGKILL of the postmaster and all of its children, which is started again on the same data; see {@link aimAt}. */
  aimAtPostgres(): () => boolean {
    return aimAt(this.postgresPid)
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.stop()))
    await this.iam.stop()
    await this.infra.stop()
  }

  /** Removes data and logs. */
  remove(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }
}

async function prepare({ service }: StageOptions, infra: Infra): Promise<void> {
  await provisionTopics(infra.kafka.brokers)
  await provision(infra.postgres.url, [roleOf(service)])
}

function roleOf(service: string): ServiceRole {
  return { ...databaseRole(service), password: 'prove' }
}

async function replicasOf({ service, replicas, env: extra }: StageOptions, dir: string, infra: Infra, iam: LocalIam): Promise<Replica[]> {
  const env = {
    DATABASE_URL: serviceUrl(infra.postgres.url, roleOf(service)),
    KAFKA_BROKERS: infra.kafka.brokers.join(','),
    KAFKA_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS),
    IAM_JWKS_URL: iam.jwksUrl,
    IAM_ISSUER: iam.issuer,
    IAM_AUDIENCE: iam.audience,
    ...extra,
  }
  const ports = await Promise.all(Array.from({ length: replicas }, freePort))
  return ports.map((port, index) => {
    const name = `${service}-${index + 1}`
    const script = join(builtService(service), 'main.js')
    return new Replica({ name, script, port, env, logFile: join(dir, 'logs', `${name}.log`) })
  })
}
