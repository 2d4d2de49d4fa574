import { randomUUID } from 'node:crypto'
import { LessonCompletedV1 } from '@laurel/contracts'
import { transaction } from '@laurel/postgres'
import type { RunningService } from '@laurel/service-shell'
import { createTestDatabase, serviceEnvironment, SigningIam, type TestDatabase } from '@laurel/testing'
import { analyticsDatabase, startAnalyticsDistribution } from '../analytics-distribution.module'
import { readConfig } from '../config'
import { Identifiers } from '../domain/identifiers'
import { lessonStatement } from '../domain/statement'
import { markFailed, storeStatements } from '../persistence/statement-store'

const iam = new SigningIam()
let database: TestDatabase
let service: RunningService

/** The service itself in the role api, with a real database; it needs neither Kafka nor a learning record store. */
beforeAll(async () => {
  await iam.start()
  database = await createTestDatabase(analyticsDatabase)
  const config = readConfig({
    ...serviceEnvironment(database),
    LAUREL_ROLE: 'api',
    KAFKA_BROKERS: '127.0.0.1:1',
    IAM_JWKS_URL: iam.jwksUrl,
    IAM_ISSUER: iam.issuer,
    IAM_AUDIENCE: iam.audience,
    LRS_URL: 'http://127.0.0.1:1/lrs',
    LRS_USERNAME: 'laurel',
    LRS_PASSWORD: 'secret',
  })
  service = await startAnalyticsDistribution(config)
})
afterAll(async () => {
  await service?.close()
  await database?.drop()
  await iam.stop()
})

async function call(method: 'GET' | 'POST', path: string, roles: readonly string[] | null = ['admin']) {
  const headers = roles ? { authorization: `Bearer ${await iam.token(randomUUID(), { roles })}` } : {}
  const response = await fetch(`${service.url}${path}`, { method, headers })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

async function storeOneFailedAndOneUnsent(): Promise<void> {
  const names = new Identifiers('https://laurel.example/xapi', 'https://laurel.example')
  const [bad, waiting] = [1, 2].map(() => lessonStatement({ ...LessonCompletedV1.samples[0]!, user_id: randomUUID() }, new Date(0), names))
  await transaction(database.dataSource, async (tx) => {
    await storeStatements(tx, 'lesson.completed', [bad!, waiting!])
    await markFailed(tx, bad!.id, 'answered 400')
  })
}

it('shows an administrator how far the destination is behind, and sends refused statements again', async () => {
  expect(await call('GET', '/api/v1/destinations')).toEqual({
    status: 200,
    body: [{ name: 'lrs', unsent: 0, sent: 0, failed: 0, oldest_unsent_age_seconds: null, breaker: null }],
  })
  await storeOneFailedAndOneUnsent()
  expect(await call('GET', '/api/v1/destinations')).toMatchObject({
    body: [{ unsent: 1, failed: 1, oldest_unsent_age_seconds: expect.any(Number) }],
  })
  expect(await call('POST', '/api/v1/destinations/lrs/retries')).toEqual({ status: 200, body: { statements: 1 } })
  expect(await call('GET', '/api/v1/destinations')).toMatchObject({ body: [{ unsent: 2, failed: 0 }] })
})

it('knows no other destination', async () => {
  expect(await call('POST', '/api/v1/destinations/elsewhere/retries')).toMatchObject({
    status: 404,
    body: { detail: expect.stringContaining('GET /api/v1/destinations') },
  })
})

it.each([
  ['GET', '/api/v1/destinations'],
  ['POST', '/api/v1/destinations/lrs/retries'],
] as const)('refuses %s %s to everybody else', async (method, path) => {
  expect(await call(method, path, ['learner'])).toMatchObject({ status: 403 })
  expect(await call(method, path, ['org_admin'])).toMatchObject({ status: 403 })
  expect(await call(method, path, null)).toMatchObject({ status: 401 })
})

it('documents its routes', async () => {
  const { body } = await call('GET', '/openapi.json', null)
  expect(Object.keys(body.paths)).toEqual(['/api/v1/destinations', '/api/v1/destinations/{name}/retries'])
  expect(Object.keys(body.components.schemas.DestinationDto.properties)).toEqual([
    'name',
    'unsent',
    'sent',
    'failed',
    'oldest_unsent_age_seconds',
    'breaker',
  ])
})

it('measures what waits and what was refused', async () => {
  await database.dataSource.query('truncate statement')
  await storeOneFailedAndOneUnsent()
  await database.dataSource.query("update statement set created_at = created_at - interval '1 hour'")
  const lines = (await (await fetch(`${service.url}/metrics`)).text()).split('\n')
  const valueOf = (name: string) =>
    lines
      .find((line) => line.startsWith(`laurel_${name}{`))
      ?.split(' ')
      .at(-1)
  expect(valueOf('analytics_unsent')).toBe('1')
  expect(valueOf('analytics_failed')).toBe('1')
  expect(Number(valueOf('analytics_oldest_unsent_seconds'))).toBeGreaterThanOrEqual(3_600)
})
