import { PROGRESS_MAIN } from '../paths'
import { startHttpChild, type HttpChild } from './children'
import type { Closing } from './closing'

/** Whose tokens are good. */
export interface Iam {
  readonly url: string
  readonly issuer: string
  readonly audience: string
}

/** For processes that get no request. */
const NOBODY: Iam = { url: 'http://127.0.0.1:9/jwks.json', issuer: 'https://iam.laurel.example', audience: 'laurel' }

export interface ProgressServiceOptions {
  /** Of the process, for its log. */
  readonly name: string
  readonly role: 'api' | 'worker'
  readonly databaseUrl: string
  readonly brokers: readonly string[]
  readonly iam?: Iam
  /** On top of what it needs. */
  readonly env?: Readonly<Record<string, string>>
}

/** Starts the progress service as it ships, without waiting for it; it migrates its schema first. */
export function startProgressService(closing: Closing, o: ProgressServiceOptions): Promise<HttpChild> {
  const iam = o.iam ?? NOBODY
  return startHttpChild(closing, {
    name: o.name,
    script: PROGRESS_MAIN,
    readyPath: '/readyz',
    env: {
      LAUREL_ROLE: o.role,
      DATABASE_URL: o.databaseUrl,
      KAFKA_BROKERS: o.brokers.join(','),
      IAM_JWKS_URL: iam.url,
      IAM_ISSUER: iam.issuer,
      IAM_AUDIENCE: iam.audience,
      ...o.env,
    },
  })
}
