export interface PlainConfig {
  readonly databaseUrl: string
  readonly brokers: string[]
}

export function readConfig(env: NodeJS.ProcessEnv = process.env): PlainConfig {
  return { databaseUrl: env.DATABASE_URL!, brokers: env.KAFKA_BROKERS!.split(',') }
}
