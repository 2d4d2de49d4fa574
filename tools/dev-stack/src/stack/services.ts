import type { Secrets } from '../secrets'

/** One of the five services: where it listens by preference and which role it has in Postgres. */
export interface ServiceSpec {
  readonly name: string
  readonly preferredPort: number
  /** Schema and role in Postgres. */
  readonly schema: string
  /** Roles that its connections take on in place of its own. */
  readonly runtimeRoles?: readonly string[]
  /** Its own variables, beside those that every service gets. */
  env(o: ServiceSurroundings): Record<string, string>
}

export interface ServiceSurroundings {
  readonly sandboxUrl: string
  readonly secrets: Secrets
  /** ENABLE_CREDENTIALS for the credential service. */
  readonly enableCredentials: string
}

export const SERVICES: readonly ServiceSpec[] = [
  {
    name: 'progress',
    preferredPort: 4301,
    schema: 'progress',
    runtimeRoles: ['progress_writer', 'progress_caller'],
    env: () => ({}),
  },
  {
    name: 'completion-detection',
    preferredPort: 4302,
    schema: 'completion',
    env: ({ sandboxUrl, secrets }) => ({
      DIRECTORY_URL: `${sandboxUrl}/directory`,
      GRAPHY_API_BASE: `${sandboxUrl}/graphy`,
      GRAPHY_API_KEY: secrets.of('graphy-api-key'),
      GRAPHY_MERCHANT_ID: 'laurel',
      WEBHOOK_SECRETS_GRAPHY: secrets.of('webhook-graphy'),
      // That scheme's secrets are base64, in which the characters - and _ of ours are none.
      WEBHOOK_SECRETS_STANDARD_WEBHOOKS: Buffer.from(secrets.of('webhook-standard-webhooks')).toString('base64'),
    }),
  },
  {
    name: 'credential',
    preferredPort: 4303,
    schema: 'credential',
    env: ({ sandboxUrl, secrets, enableCredentials }) => ({
      DIRECTORY_URL: `${sandboxUrl}/directory`,
      ASSESSMENT_URL: `${sandboxUrl}/assessment`,
      CREDLY_URL: `${sandboxUrl}/credly/v1`,
      CREDLY_ORGANIZATION_ID: '5f0c7c1e-0000-4000-8000-000000000001',
      CREDLY_TOKEN: secrets.of('credly'),
      ENABLE_CREDENTIALS: enableCredentials,
    }),
  },
  {
    name: 'analytics-distribution',
    preferredPort: 4304,
    schema: 'analytics',
    env: ({ sandboxUrl, secrets }) => ({ LRS_URL: `${sandboxUrl}/lrs`, LRS_USERNAME: 'laurel', LRS_PASSWORD: secrets.of('lrs') }),
  },
  {
    name: 'hr-report',
    preferredPort: 4305,
    schema: 'hr',
    env: ({ sandboxUrl, secrets }) => ({ HR_URL: `${sandboxUrl}/hr`, HR_TOKEN: secrets.of('hr') }),
  },
]

export const SANDBOX_PORT = 4390

/** What every service gets. */
export function commonEnvironment(o: {
  port: number
  databaseUrl: string
  brokers: readonly string[]
  sandboxUrl: string
}): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    PORT: String(o.port),
    DATABASE_URL: o.databaseUrl,
    KAFKA_BROKERS: o.brokers.join(','),
    IAM_JWKS_URL: `${o.sandboxUrl}/iam/jwks.json`,
    IAM_ISSUER: 'https://iam.laurel.example',
    IAM_AUDIENCE: 'laurel',
    // No balancer stands before them.
    DRAIN_GRACE_MS: '0',
  }
}

/** The role of a service in Postgres, without its password. */
export function databaseRole(service: string): { readonly schema: string; readonly runtimeRoles: readonly string[] } {
  const spec = SERVICES.find(({ name }) => name === service)
  if (spec === undefined) throw new Error(`there is no service "${service}"`)
  const { schema, runtimeRoles = [] } = spec
  return { schema, runtimeRoles }
}
