import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { StartFailure } from '../failure'
import { KAFKA_CACHE, KAFKA_POM } from '../paths'

/** The file that remembers the class path of the present pom. */
function cacheFile(): string {
  const pomHash = createHash('sha256').update(readFileSync(KAFKA_POM)).digest('hex').slice(0, 12)
  return join(KAFKA_CACHE, `classpath-${pomHash}`)
}

/** The remembered class path; undefined when there is none or a jar has gone from Maven's repository. */
export function cachedClasspath(): string | undefined {
  if (!existsSync(cacheFile())) return undefined
  const classpath = readFileSync(cacheFile(), 'utf8')
  return classpath.split(delimiter).every((jar) => existsSync(jar)) ? classpath : undefined
}

/**
 * The class path of Kafka's jars, fetched by Maven the first time (44 MB) and remembered per pom in
 * `.laurel/kafka/classpath-<hash>`.
 *
 * @param signal ends Maven
 * @param onFetch called before Maven is started
 * @throws StartFailure with Maven's own words
 */
export async function kafkaClasspath(signal: AbortSignal | undefined, onFetch: () => void): Promise<string> {
  const cached = cachedClasspath()
  if (cached !== undefined) return cached
  onFetch()
  mkdirSync(KAFKA_CACHE, { recursive: true })
  // Two starts may fetch at once: each writes a file of its own, and the rename is atomic.
  const draft = `${cacheFile()}.${process.pid}`
  const goal = ['-q', '-B', '-f', KAFKA_POM, 'dependency:build-classpath', '-DincludeScope=runtime', `-Dmdep.outputFile=${draft}`]
  try {
    await promisify(execFile)('mvn', goal, { encoding: 'utf8', timeout: 300_000, signal, maxBuffer: 16_777_216 })
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string }
    const words = `${stdout}${stderr}`.trim().split('\n').slice(0, 12).join('\n  ') || message
    throw new StartFailure(`Maven could not fetch Kafka's jars (${KAFKA_POM}):\n  ${words}`)
  }
  renameSync(draft, cacheFile())
  return readFileSync(cacheFile(), 'utf8')
}
