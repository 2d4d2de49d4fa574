import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { StartFailure } from '../failure'
import type { PidFile } from '../process/pid-file'
import type { Ports } from '../ports'
import { clusterIdFile, dockerWorks, removeContainers, removeVolume, startKafkaWithDocker } from './docker'
import { reachesBroker } from './is-broker'
import { javaAndMaven, startKafkaWithJava } from './java'
import type { RunningKafka } from './running-kafka'

/** Said when there is no way at all to have a broker. */
export function noKafkaMessage(javaReason: string): string {
  return [
    `No Kafka: KAFKA_BROKERS is not set, Docker does not answer, and Java with Maven is not there (${javaReason}).`,
    'One of these three is enough:',
    '  1. start Docker (https://docs.docker.com/get-docker/), then run this again;',
    '  2. install Java 17 or newer and Maven, e.g. apt install openjdk-17-jre-headless maven, or brew install openjdk maven;',
    '  3. point to brokers that run already: KAFKA_BROKERS=host:9092',
  ].join('\n')
}

export interface KafkaOptions {
  /** Where its data, log and settings live. */
  readonly dir: string
  /** Brokers that run already. */
  readonly brokers?: readonly string[]
  /** Wipe our data before the start. */
  readonly fresh: boolean
  readonly pids: PidFile
  readonly ports: Ports
  readonly preferredPort?: number
  /** Port that the broker names to those who come by the detour: not in Docker. */
  readonly detour?: number
  /** Ends Maven when the start is interrupted. */
  readonly signal?: AbortSignal
  readonly note: (text: string) => void
}

/**
 * A broker: the given ones, else one in Docker, else one by Java and Maven.
 *
 * @throws StartFailure with what to do when none of the three works
 */
export async function startKafka(o: KafkaOptions): Promise<RunningKafka> {
  if (o.brokers) return externalKafka(o.brokers)
  const docker = o.detour === undefined && (await dockerWorks())
  // Before the port is looked at: a container that an earlier start left would hold it.
  if (docker) await removeContainers(o.dir)
  if (o.fresh) await wipeKafka(o.dir, docker)
  const port = await o.ports.choose(o.preferredPort)
  if (docker) {
    try {
      return await startKafkaWithDocker({ dir: o.dir, port })
    } catch (error) {
      o.note(`${(error as Error).message}; trying Java`)
    }
  }
  const java = await javaAndMaven()
  if (!java.ok) throw new StartFailure(noKafkaMessage(java.reason))
  return startKafkaWithJava({ ...o, port })
}

async function wipeKafka(dir: string, docker: boolean): Promise<void> {
  if (docker) await removeVolume(dir)
  rmSync(join(dir, 'kafka', 'data'), { recursive: true, force: true })
  rmSync(clusterIdFile(dir), { force: true })
}

/** Removes what Docker holds of a directory, if it ever ran Kafka there; no stack may use the directory. */
export async function removeKafkaFromDocker(dir: string): Promise<void> {
  if (!existsSync(clusterIdFile(dir)) || !(await dockerWorks())) return
  await removeContainers(dir)
  await removeVolume(dir)
}

async function externalKafka(brokers: readonly string[]): Promise<RunningKafka> {
  const answers = await Promise.all(brokers.map((broker) => reachesBroker(broker, 5_000)))
  if (!answers.includes(true)) {
    throw new StartFailure(
      `KAFKA_BROKERS is "${brokers.join(',')}", but no Kafka broker answers there: start it, correct the variable, or unset it`,
    )
  }
  return { brokers, description: `Kafka of KAFKA_BROKERS on ${brokers.join(', ')}`, ours: false, stop: async () => undefined }
}
