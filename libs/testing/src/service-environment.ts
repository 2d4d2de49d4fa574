import { infrastructure } from './config'
import type { TestDatabase } from './test-database'

/** The environment of a service that a test starts: on a free port, silent, on real Kafka and this database; nobody signs its tokens. */
export function serviceEnvironment(database: TestDatabase): Readonly<Record<string, string>> {
  return {
    PORT: '0',
    LOG_LEVEL: 'silent',
    DATABASE_URL: database.url,
    KAFKA_BROKERS: infrastructure().brokers.join(','),
    KAFKA_SESSION_TIMEOUT_MS: '6000',
    IAM_JWKS_URL: 'http://127.0.0.1:1',
    IAM_ISSUER: 'https://iam.laurel.example',
    IAM_AUDIENCE: 'laurel',
  }
}
