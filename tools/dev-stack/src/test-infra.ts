import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startInfra, type Infra } from './infra'
import { removeKafkaFromDocker } from './kafka/start-kafka'
import { TEST_DIRECTORY } from './paths'
import { lockHolder, takeLock } from './process/lock'
import { PidFile } from './process/pid-file'
import { removePostgresData } from './postgres/start-postgres'
import type { Progress } from './progress'

/**
 * Fresh Kafka and Postgres for one test run, on free ports, in a directory of its own under `.laurel/test`, so that
 * several runs in one checkout do not meet. `stop` removes the directory. First clears away what runs that were
 * killed left behind.
 */
export async function startTestInfra(o: { progress?: Progress; signal?: AbortSignal } = {}): Promise<Infra> {
  await clearAbandonedRuns()
  const dir = join(TEST_DIRECTORY, `run-${process.pid}`)
  // Locked before it has the name by which other runs would clear it away.
  const draft = join(TEST_DIRECTORY, `new-${process.pid}`)
  mkdirSync(draft, { recursive: true })
  takeLock(draft)
  renameSync(draft, dir)
  // When this fails the directory stays until the next run, because the error names a log in it.
  const infra = await startInfra({ dir, fresh: true, ports: 'ephemeral', durable: false, ...o })
  return {
    ...infra,
    async stop() {
      await infra.stop()
      await remove(dir)
    },
  }
}

async function clearAbandonedRuns(): Promise<void> {
  mkdirSync(TEST_DIRECTORY, { recursive: true })
  for (const name of readdirSync(TEST_DIRECTORY)) {
    const dir = join(TEST_DIRECTORY, name)
    if (!name.startsWith('run-') || lockHolder(dir)) continue
    await new PidFile(dir).endAll()
    await remove(dir)
  }
}

async function remove(dir: string): Promise<void> {
  await removeKafkaFromDocker(dir)
  removePostgresData(dir)
  rmSync(dir, { recursive: true, force: true })
}
