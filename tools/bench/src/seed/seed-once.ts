import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Progress } from '@laurel/dev-stack'
import type { Closing } from '../frame/closing'
import type { Databases, ServiceName } from '../frame/databases'
import { startService } from '../frame/start-service'
import { schemaSources } from '../paths'

export interface SeedingServers {
  readonly databases: Databases
  readonly brokers: readonly string[]
  readonly progress: Progress
  readonly closing: Closing
}

export interface Seeding {
  readonly database: string
  /** Whose schema it holds. */
  readonly service: ServiceName
  /** What decides its content, besides the schema. */
  readonly remark: Readonly<Record<string, unknown>>
  /** What it holds, for people. */
  readonly what: string
  /** Fills the schema. */
  load(): Promise<void>
}

/** Makes a database and fills it, or takes that of an earlier run when its content and its schema are the same. */
export async function seedOnce(
  { databases, brokers, progress, closing }: SeedingServers,
  { database, service, remark, what, load }: Seeding,
): Promise<void> {
  const wanted = JSON.stringify({ ...remark, schema: schemaHash(service) })
  if ((await databases.remark(database)) === wanted) {
    await databases.provision(database, service)
    return progress.note(`${what} are there from an earlier run`)
  }
  await progress.step('schema', async () => {
    await databases.createEmpty(database, service)
    const databaseUrl = databases.serviceUrl(database, service)
    const migrating = await startService(closing, { name: `${service}-migrations`, service, role: 'api', databaseUrl, brokers })
    await migrating.ready()
    await migrating.stop()
    return { done: `schema of ${service}, made by the service itself`, value: undefined }
  })
  await progress.step('seeding', async () => {
    await load()
    return { done: `${what}, vacuumed`, value: undefined }
  })
  await databases.setRemark(database, wanted)
}

function schemaHash(service: ServiceName): string {
  const files = schemaSources(service).flatMap((path) =>
    statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path],
  )
  const hash = createHash('sha256')
  for (const file of files.filter((name) => name.endsWith('.js')).sort()) hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}
