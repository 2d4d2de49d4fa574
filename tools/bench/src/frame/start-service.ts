import { join } from 'node:path'
import { builtService } from '@laurel/dev-stack'
import { startHttpChild, type HttpChild } from './children'
import type { Closing } from './closing'
import type { ServiceName } from './databases'

/** Whose tokens are good. */
export interface Iam {
  readonly url: string
  readonly issuer: string
  readonly audience: string
}

/** What completion-detection must be told, though no learner of a bench is asked for. */
const NO_DIRECTORY = { DIRECTORY_URL: 'http://127.0.0.1:9' }

/** For processes that get no request. */
const NOBODY: Iam = { url: 'http://127.0.0.1:9/jwks.json', issuer: 'https://iam.laurel.example', audience: 'laurel' }

export interface ServiceOptions {
  readonly service: ServiceName
  /** Of the process, for its log. */
  readonly name: string
  readonly role: 'api' | 'worker'
  readonly databaseUrl: string
  readonly brokers: readonly string[]
  readonly iam?: Iam
  /** On top of what it needs. */
  readonly env?: Readonly<Record<string, string>>
}

/** Starts a service as it ships, without waiting for it; it migrates its schema first. */
export function startService(closing: Closing, o: ServiceOptions): Promise<HttpChild> {
  const iam = o.iam ?? NOBODY
  return startHttpChild(closing, {
    name: o.name,
    script: join(builtService(o.service), 'main.js'),
    readyPath: '/readyz',
    env: {
      LAUREL_ROLE: o.role,
      DATABASE_URL: o.databaseUrl,
      KAFKA_BROKERS: o.brokers.join(','),
      IAM_JWKS_URL: iam.url,
      IAM_ISSUER: iam.issuer,
      IAM_AUDIENCE: iam.audience,
      ...(o.service === 'completion-detection' && NO_DIRECTORY),
      ...o.env,
    },
  })
}
