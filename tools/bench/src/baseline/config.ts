export interface BaselineConfig {
  readonly port: number
  readonly databaseUrl: string
  readonly jwksUrl: string
  readonly issuer: string
  readonly audience: string
}

export function readConfig(env: NodeJS.ProcessEnv = process.env): BaselineConfig {
  return {
    port: Number(env.PORT),
    databaseUrl: env.DATABASE_URL!,
    jwksUrl: env.IAM_JWKS_URL!,
    issuer: env.IAM_ISSUER!,
    audience: env.IAM_AUDIENCE!,
  }
}
