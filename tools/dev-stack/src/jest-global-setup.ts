import { publishEnvironment, readConfig } from './config'
import type { Infra } from './infra'
import { startTestInfra } from './test-infra'

/** What the setup started, for the teardown: jest loads both in one process, but by separate module registries. */
export const started = globalThis as typeof globalThis & { laurelTestInfra?: Infra }

/**
 * Gives the specs KAFKA_BROKERS and DATABASE_URL. Whichever of the two is set already is used; the other is started for
 * this run.
 */
export default async function setUp(): Promise<void> {
  const { kafkaBrokers, databaseUrl } = readConfig()
  if (kafkaBrokers && databaseUrl) return
  const infra = await startTestInfra()
  started.laurelTestInfra = infra
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void infra.stop().finally(() => process.exit(1)))
  }
  publishEnvironment({ KAFKA_BROKERS: infra.kafka.brokers.join(','), DATABASE_URL: infra.postgres.url })
}
