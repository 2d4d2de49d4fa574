import { join } from 'node:path'
import type { Bench } from '../frame/bench'
import { startHttpChild, type HttpChild } from '../frame/children'
import { startService, type Iam } from '../frame/start-service'

export const VARIANTS = [
  { name: 'shipped', title: 'as shipped, gathered writes' },
  { name: 'per_request', title: 'the same, one row per request' },
  { name: 'plain', title: 'plain Nest + TypeORM' },
] as const

export type VariantName = (typeof VARIANTS)[number]['name']

/** Gathers nothing: each request is a batch of its own, and as many are written at once as the pool has connections. */
const ONE_ROW_PER_REQUEST = { PROGRESS_BATCH_ROWS: '1', PROGRESS_BATCH_WAIT_MS: '0', PROGRESS_BATCH_WRITERS: '10' }

/** A process per variant, on one database, all of them ready. */
export async function startVariants(
  { closing, infra, databases }: Bench,
  database: string,
  iam: Iam,
): Promise<Record<VariantName, HttpChild>> {
  const databaseUrl = databases.serviceUrl(database, 'progress')
  const service = { service: 'progress', role: 'api', databaseUrl, brokers: infra.kafka.brokers, iam } as const
  const shipped = await startService(closing, { ...service, name: 'progress-shipped' })
  const perRequest = await startService(closing, { ...service, name: 'progress-per-request', env: ONE_ROW_PER_REQUEST })
  const plain = await startHttpChild(closing, {
    name: 'plain-baseline',
    script: join(__dirname, '..', 'baseline', 'main.js'),
    readyPath: '/health',
    env: {
      // A superuser, so that row-level security, which it does not know of, costs it nothing.
      DATABASE_URL: databases.url(database),
      IAM_JWKS_URL: iam.url,
      IAM_ISSUER: iam.issuer,
      IAM_AUDIENCE: iam.audience,
    },
  })
  await Promise.all([shipped.ready(), perRequest.ready(), plain.ready()])
  return { shipped, per_request: perRequest, plain }
}
