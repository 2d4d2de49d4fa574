import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from './refusal'

/** Where the operator's commands work. */
export interface Target {
  readonly brokers: readonly string[]
  /** postgres:// URL of each service's role. */
  readonly databases: Readonly<Record<string, string>>
}

interface StackFile {
  readonly kafka: { readonly brokers: readonly string[] }
  readonly databases: Readonly<Record<string, string>>
}

/**
 * On a cluster: KAFKA_BROKERS, and DATABASE_URL of the service that --service names. On a laptop: the running stack, from
 * `.laurel/stack.json`.
 *
 * @throws Refusal when neither says where to work
 */
export function readTarget(service: string | undefined): Target {
  const { KAFKA_BROKERS, DATABASE_URL, LAUREL_DIR = '.laurel' } = process.env
  if (KAFKA_BROKERS && DATABASE_URL) {
    if (service === undefined) throw new Refusal('give --service: DATABASE_URL is the database of one service')
    return { brokers: KAFKA_BROKERS.split(','), databases: { [service]: DATABASE_URL } }
  }
  const file = join(LAUREL_DIR, 'stack.json')
  if (!existsSync(file)) {
    throw new Refusal('no stack runs here: start one with "npm run stack", or set KAFKA_BROKERS and the service’s DATABASE_URL')
  }
  const stack = JSON.parse(readFileSync(file, 'utf8')) as StackFile
  return { brokers: stack.kafka.brokers, databases: stack.databases }
}
