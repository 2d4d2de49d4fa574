import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { GenericContainer, Wait, type StartedTestContainer } from 'testcontainers'
import { StartFailure } from '../failure'
import { freshLog } from '../process/log-file'
import { waitFor } from '../process/wait'
import { writeAtomically } from '../process/write-atomically'
import { newClusterId } from './cluster-id'
import { isBroker } from './is-broker'
import { KAFKA_VERSION, type RunningKafka } from './running-kafka'
import { SINGLE_NODE } from './server-properties'

const run = promisify(execFile)

/** Labels the container and names the volume of one directory, so that no other checkout's are touched. */
const nameFor = (dir: string): string => `laurel-kafka-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`

/** Whether a Docker daemon answers within three seconds. */
export async function dockerWorks(): Promise<boolean> {
  // Without a daemon `docker info` may still end well, with an empty server version.
  return run('docker', ['info', '--format', '{{.ServerVersion}}'], { timeout: 3_000 }).then(
    ({ stdout }) => stdout.trim() !== '',
    () => false,
  )
}

/** A port published on loopback only: the broker asks nobody who they are. */
class LoopbackContainer extends GenericContainer {
  publish(containerPort: number, port: number): this {
    this.withExposedPorts({ container: containerPort, host: port })
    this.hostConfig.PortBindings = { [`${containerPort}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(port) }] }
    return this
  }
}

/**
 * Runs apache/kafka in Docker with its data in a named volume.
 *
 * @throws StartFailure when the container does not come up
 */
export async function startKafkaWithDocker({ dir, port }: { dir: string; port: number }): Promise<RunningKafka> {
  const logFile = freshLog(dir, 'kafka')
  let container: StartedTestContainer
  try {
    container = await new LoopbackContainer(`apache/kafka:${KAFKA_VERSION}`)
      .publish(9092, port)
      .withLabels({ laurel: nameFor(dir) })
      .withBindMounts([{ source: nameFor(dir), target: '/var/lib/kafka/data' }])
      .withEnvironment(environment(clusterId(dir), port))
      .withLogConsumer((stream) => stream.pipe(createWriteStream(logFile, { flags: 'a' })))
      .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
      .withStartupTimeout(90_000)
      // Leftovers are found by their label, without a second container that watches this one.
      .withAutoCleanup(false)
      .start()
  } catch (error) {
    await removeContainers(dir)
    throw new StartFailure(`Docker did not start apache/kafka:${KAFKA_VERSION}: ${(error as Error).message}`)
  }
  const broker = `127.0.0.1:${port}`
  if (!(await waitFor(async () => (await isBroker(port)) || undefined, { timeoutMs: 20_000 }))) {
    await container.stop()
    throw new StartFailure(`apache/kafka runs in Docker, but nothing answers at ${broker}`)
  }
  return {
    brokers: [broker],
    description: `Kafka ${KAFKA_VERSION} (Docker) on ${broker}`,
    ours: true,
    stop: async () => void (await container.stop({ timeout: 10_000 })),
  }
}

/** Removes the containers of a directory that an earlier run left, if any. */
export async function removeContainers(dir: string): Promise<void> {
  const { stdout } = await run('docker', ['ps', '-aq', '--filter', `label=laurel=${nameFor(dir)}`])
  const ids = stdout.split('\n').filter((id) => id !== '')
  if (ids.length > 0) await run('docker', ['rm', '--force', '--volumes', ...ids])
}

/** Removes the data of a directory; its containers must be gone. */
export async function removeVolume(dir: string): Promise<void> {
  await run('docker', ['volume', 'rm', '--force', nameFor(dir)])
}

/** Remembers the cluster id; there only where Docker ran Kafka. */
export function clusterIdFile(dir: string): string {
  return join(dir, 'kafka', 'docker-cluster-id')
}

/** The cluster id, drawn once per data set: consumers notice by it that the data are others. */
function clusterId(dir: string): string {
  const path = clusterIdFile(dir)
  if (!existsSync(path)) {
    mkdirSync(join(dir, 'kafka'), { recursive: true })
    writeAtomically(path, newClusterId())
  }
  return readFileSync(path, 'utf8')
}

function environment(id: string, port: number): Record<string, string> {
  const settings: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': '1@localhost:9093',
    'controller.listener.names': 'CONTROLLER',
    // The broker reaches itself by a listener of its own: the advertised port exists outside only.
    listeners: 'PLAINTEXT://:9092,CONTROLLER://:9093,INTERNAL://:9094',
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port},INTERNAL://localhost:9094`,
    'inter.broker.listener.name': 'INTERNAL',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT',
    'log.dirs': '/var/lib/kafka/data',
    ...SINGLE_NODE,
  }
  const variables = Object.entries(settings).map(([name, value]): [string, string] => [
    `KAFKA_${name.replaceAll('.', '_').toUpperCase()}`,
    String(value),
  ])
  return { ...Object.fromEntries(variables), CLUSTER_ID: id }
}
