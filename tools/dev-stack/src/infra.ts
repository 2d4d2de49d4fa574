import { mkdirSync } from 'node:fs'
import { readConfig } from './config'
import { StartFailure } from './failure'
import { startKafka } from './kafka/start-kafka'
import type { RunningKafka } from './kafka/running-kafka'
import { Ports } from './ports'
import type { RunningPostgres } from './postgres/running-postgres'
import { startPostgres } from './postgres/start-postgres'
import type { Supervised } from './process/supervise'
import { PidFile } from './process/pid-file'
import { takeLock } from './process/lock'
import { silent, type Progress } from './progress'
import { Secrets } from './secrets'

export interface InfraOptions {
  /** Where data, logs, passwords and process ids live; made when missing. One process at a time may use it: another is refused. */
  readonly dir: string
  /** Wipe the data of what is started here; servers of KAFKA_BROKERS and DATABASE_URL are left alone. */
  readonly fresh: boolean
  /** `preferred` (default) tries 4392 and 4332 first, `ephemeral` takes any free ports. */
  readonly ports?: 'preferred' | 'ephemeral'
  /** Settings of Postgres on top of ours, for a server that is sized for its machine; a given server keeps its own. */
  readonly postgresSettings?: Readonly<Record<string, string>>
  /** false (default true) lets Postgres forget its data when the machine goes down: for tests. */
  readonly durable?: boolean
  /** Port that Kafka names to those who come by the detour; not with given brokers, nor in Docker. */
  readonly kafkaDetour?: number
  readonly progress?: Progress
  /** Cuts the start short: it throws, and nothing is left running. */
  readonly signal?: AbortSignal
}

/** Kafka and Postgres that answer. */
export interface Infra {
  readonly kafka: { readonly brokers: readonly string[] }
  /** Where Kafka listens for those who come by the detour. */
  readonly kafkaDetourPort?: number
  /** A superuser's URL. */
  readonly postgres: { readonly url: string }
  /** The servers that run as processes of ours, to be killed in tests; what ends is started again. */
  readonly processes: { readonly kafka?: Supervised; readonly postgres?: Supervised }
  /** Stops what was started here; resolves when nothing of it runs any more. */
  stop(): Promise<void>
}

const PREFERRED = { kafka: 4392, postgres: 4332 }

/**
 * Kafka (KAFKA_BROKERS, else Docker, else Java and Maven) and Postgres (DATABASE_URL, else embedded). First ends what an
 * earlier run in the same directory left behind.
 *
 * @throws StartFailure with the reason; nothing is left running then
 */
export async function startInfra(o: InfraOptions): Promise<Infra> {
  mkdirSync(o.dir, { recursive: true })
  const lock = takeLock(o.dir)
  // A caller may have taken it before.
  if ('heldBy' in lock && lock.heldBy.pid !== process.pid)
    throw new StartFailure(`${o.dir} is in use by process ${lock.heldBy.pid}: stop it first`)
  const release = () => ('release' in lock ? lock.release() : undefined)
  const pids = new PidFile(o.dir)
  const progress = o.progress ?? silent
  const left = await pids.endAll()
  if (left.length > 0) progress.note(`ended what an earlier start left running: ${left.join(', ')}`)
  const interrupt = () => void pids.interrupt()
  o.signal?.addEventListener('abort', interrupt)
  try {
    const infra = await startServers(o, { pids, ports: new Ports(), secrets: new Secrets(o.dir), progress })
    return { ...infra, stop: () => infra.stop().finally(release) }
  } catch (error) {
    release()
    throw error
  } finally {
    o.signal?.removeEventListener('abort', interrupt)
  }
}

/** What the start of a directory works with. */
export interface StartContext {
  readonly pids: PidFile
  readonly ports: Ports
  readonly secrets: Secrets
  readonly progress: Progress
}

/** {@link startInfra} for a caller that has ended the leftovers itself. */
export async function startServers(o: InfraOptions, { pids, ports, secrets, progress }: StartContext): Promise<Infra> {
  const config = readConfig()
  const note = (text: string) => progress.note(text)
  const preferred = o.ports === 'ephemeral' ? undefined : PREFERRED
  const outcomes = await Promise.allSettled([
    progress.step('Kafka', async () => {
      const kafka = await startKafka({
        dir: o.dir,
        fresh: o.fresh,
        pids,
        ports,
        note,
        ...(o.signal && { signal: o.signal }),
        ...(o.kafkaDetour !== undefined && { detour: o.kafkaDetour }),
        ...(config.kafkaBrokers && { brokers: config.kafkaBrokers }),
        ...(preferred && { preferredPort: preferred.kafka }),
      })
      return { done: kafka.description, value: kafka }
    }),
    progress.step('Postgres', async () => {
      const postgres = await startPostgres({
        dir: o.dir,
        fresh: o.fresh,
        durable: o.durable ?? true,
        settings: o.postgresSettings ?? {},
        password: secrets.of('postgres'),
        pids,
        ports,
        note,
        ...(config.databaseUrl && { url: config.databaseUrl }),
        ...(preferred && { preferredPort: preferred.postgres }),
      })
      return { done: postgres.description, value: postgres }
    }),
  ])
  const servers = outcomes.flatMap((outcome): (RunningKafka | RunningPostgres)[] => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  const stop = async () => void (await Promise.all(servers.map((server) => server.stop())))
  const [kafka, postgres] = outcomes
  if (kafka.status === 'rejected' || postgres.status === 'rejected') {
    await stop()
    throw kafka.status === 'rejected' ? kafka.reason : (postgres as PromiseRejectedResult).reason
  }
  if (o.fresh) for (const server of servers) if (!server.ours) note(`--fresh leaves this alone: ${server.description}`)
  return {
    kafka: { brokers: kafka.value.brokers },
    ...(kafka.value.detourPort !== undefined && { kafkaDetourPort: kafka.value.detourPort }),
    postgres: { url: postgres.value.url },
    processes: {
      ...(kafka.value.process && { kafka: kafka.value.process }),
      ...(postgres.value.process && { postgres: postgres.value.process }),
    },
    stop,
  }
}
