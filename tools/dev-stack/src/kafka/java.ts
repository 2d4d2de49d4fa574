import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { childEnvironment } from '../config'
import { StartFailure } from '../failure'
import { launch } from '../process/launch'
import { freshLog } from '../process/log-file'
import type { PidFile } from '../process/pid-file'
import { supervise } from '../process/supervise'
import type { Ports } from '../ports'
import { cachedClasspath, kafkaClasspath } from './classpath'
import { newClusterId } from './cluster-id'
import { isBroker } from './is-broker'
import { KAFKA_VERSION, type RunningKafka } from './running-kafka'
import { serverProperties } from './server-properties'

/** A laptop's memory, and a log without the thousand lines that tell of partitions at each start. */
const JVM = [
  '-Xms128m',
  '-Xmx768m',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.log.kafka.server=info',
]

const run = promisify(execFile)

/** Whether `java` is 17 or newer and the jars are here or `mvn` can fetch them; otherwise what is missing, for a message. */
export async function javaAndMaven(): Promise<{ ok: true } | { ok: false; reason: string }> {
  const version = await run('java', ['-version'], { timeout: 10_000 }).then(
    ({ stderr, stdout }) => javaMajor(stderr + stdout),
    () => undefined,
  )
  if (version === undefined) return { ok: false, reason: 'no java in PATH' }
  if (version < 17) return { ok: false, reason: `java in PATH is ${version}, 17 or newer is needed` }
  if (cachedClasspath() !== undefined) return { ok: true }
  const maven = await run('mvn', ['--version'], { timeout: 20_000 }).then(
    () => true,
    () => false,
  )
  return maven ? { ok: true } : { ok: false, reason: 'no mvn in PATH' }
}

/** The major version out of `java -version`, also of the old `1.8.0` kind. */
export function javaMajor(output: string): number | undefined {
  const found = /version "(?:1\.)?(\d+)/.exec(output)
  return found ? Number(found[1]) : undefined
}

/**
 * Runs a broker from Kafka's own jars, with its data in `<dir>/kafka/data`.
 *
 * @throws StartFailure with the end of its log when it does not come up
 */
export async function startKafkaWithJava(o: {
  dir: string
  pids: PidFile
  ports: Ports
  port: number
  /** Port that the broker names to those who come by the detour. */
  detour?: number
  signal?: AbortSignal
  note: (text: string) => void
}): Promise<RunningKafka> {
  const classpath = await kafkaClasspath(o.signal, () => o.note('fetching Kafka with Maven (44 MB, only the first time)'))
  const dataDir = join(o.dir, 'kafka', 'data')
  const properties = join(o.dir, 'kafka', 'server.properties')
  mkdirSync(dataDir, { recursive: true })
  const detour = o.detour === undefined ? undefined : { entrance: o.detour, exit: await o.ports.choose() }
  const controllerPort = await o.ports.choose()
  writeFileSync(properties, serverProperties({ dataDir, port: o.port, controllerPort, ...(detour && { detour }) }))
  if (!existsSync(join(dataDir, 'meta.properties'))) await format(classpath, properties, o.signal)

  const logFile = freshLog(o.dir, 'kafka')
  const broker = `127.0.0.1:${o.port}`
  const process = await supervise({
    name: 'Kafka',
    logFile,
    launch: () =>
      launch({
        name: 'kafka',
        command: 'java',
        args: [...JVM, '-cp', classpath, 'kafka.Kafka', properties],
        cwd: o.dir,
        env: childEnvironment(),
        logFile,
        pids: o.pids,
        stopSignal: 'SIGTERM',
      }),
    isReady: () => isBroker(o.port),
    readyWithinMs: 90_000,
    onRestart: (_pid, endedAs) => o.note(`Kafka ended (${endedAs}): started again`),
  })
  return {
    brokers: [broker],
    ...(detour && { detourPort: detour.exit }),
    description: `Kafka ${KAFKA_VERSION} (Java) on ${broker}`,
    ours: true,
    process,
    stop: () => process.stop(10_000),
  }
}

async function format(classpath: string, properties: string, signal?: AbortSignal): Promise<void> {
  try {
    await run('java', ['-cp', classpath, 'kafka.tools.StorageTool', 'format', '-t', newClusterId(), '-c', properties], {
      encoding: 'utf8',
      signal,
    })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new StartFailure(`Kafka's storage could not be formatted:\n${stdout}${stderr}`.trim())
  }
}
