import { StartFailure } from '../failure'
import type { StackOptions } from './stack-options'

/** Where the services find what they talk to. */
export interface Ways {
  /** host:port of each broker. */
  readonly brokers: readonly string[]
  /** URL of Postgres by service name. */
  readonly databases: Readonly<Record<string, string>>
  readonly sandboxUrl: string
}

/**
 * The direct ways, or those by the detour, which is led to the servers then.
 *
 * @param infra where Kafka listens for the detour
 * @throws StartFailure when Kafka has no listener for the detour
 */
export function waysOf({ detour }: Pick<StackOptions, 'detour'>, direct: Ways, infra: { readonly kafkaDetourPort?: number }): Ways {
  if (detour === undefined) return direct
  if (infra.kafkaDetourPort === undefined)
    throw new StartFailure('services can be led to Kafka by a detour only where Java starts it: unset KAFKA_BROKERS')
  const { entrances } = detour
  const postgres = Number(new URL(Object.values(direct.databases)[0]!).port)
  detour.lead({ kafka: infra.kafkaDetourPort, postgres, sandbox: Number(new URL(direct.sandboxUrl).port) })
  return {
    brokers: [`127.0.0.1:${entrances.kafka}`],
    databases: Object.fromEntries(Object.entries(direct.databases).map(([name, url]) => [name, withPort(url, entrances.postgres)])),
    sandboxUrl: withPort(direct.sandboxUrl, entrances.sandbox).replace(/\/$/, ''),
  }
}

function withPort(address: string, port: number): string {
  const url = new URL(address)
  url.port = String(port)
  return url.toString()
}
