import { messagingMigration } from '@laurel/messaging'
import { createTestDatabase, SigningIam, type TestDatabase } from '@laurel/testing'
import { Module } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { call, startTestService, type TestService } from '../../fixtures/boot'
import { ParkedController } from '..'
import type { ParkedBody } from './parked.dto'

@Module({})
class ParkingModule {}

/** Real: Postgres, the shell over HTTP, tokens and their key set. */
const iam = new SigningIam()
const ADMIN = '11111111-1111-4111-8111-111111111111'
let database: TestDatabase
let service: TestService

beforeAll(async () => {
  await iam.start()
  database = await createTestDatabase({ schema: 'parking', migrations: [messagingMigration] })
  const { issuer, audience, jwksUrl } = iam
  service = await startTestService([], {
    module: {
      module: ParkingModule,
      controllers: [ParkedController],
      providers: [{ provide: DataSource, useValue: database.dataSource }],
    },
    config: { iam: { issuer, audience, jwksUrl } },
  })
  await database.dataSource.query(
    `insert into parked_event (waits_for, reason, topic, partition, record_offset, key, headers, payload, record_time, parked_at)
     select 'course-version:' || n, 'course version ' || n || ' is unknown', 'lesson.completed', 3, 10 + n, 'key'::bytea, '{"ce_id":"secret"}',
            'secret'::bytea, '2026-01-05T00:00:00Z', now() - interval '1 hour'
       from generate_series(1, 5) n`,
  )
})
afterAll(async () => {
  await service.close()
  await database.drop()
  await iam.stop()
})

async function read(query: string, roles = ['admin']) {
  const authorization = `Bearer ${await iam.token(ADMIN, { roles })}`
  const { status, text, body } = await call(`${service.url}/api/v1/parked?${query}`, { headers: { authorization } })
  return { status, text, page: body as unknown as ParkedBody, errors: body.errors }
}

it('lists what waits, the longest parked first, with its reason, place and age, but not what it carries', async () => {
  const { status, page, text } = await read('')
  expect(status).toBe(200)
  expect(page.items.map(({ offset }) => offset)).toEqual(['11', '12', '13', '14', '15'])
  expect(page.items[0]).toEqual({
    waits_for: 'course-version:1',
    reason: 'course version 1 is unknown',
    topic: 'lesson.completed',
    partition: 3,
    offset: '11',
    received_at: '2026-01-05T00:00:00.000Z',
    parked_at: expect.stringMatching(/Z$/),
    age_seconds: expect.any(Number),
  })
  const { age_seconds: age } = page.items[0]!
  expect(Math.floor(age / 60)).toBe(60)
  expect(text).not.toContain('secret')
})

it('goes on from page to page until the last', async () => {
  const pages: string[][] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const { page } = await read(`limit=2${cursor && `&cursor=${cursor}`}`)
    pages.push(page.items.map(({ offset }) => offset))
    cursor = page.next_cursor
  }
  expect(pages).toEqual([['11', '12'], ['13', '14'], ['15']])
})

it('refuses a query that is none of its own, naming the field', async () => {
  for (const [query, field] of [
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['cursor=x', 'cursor'],
    ['topic=x', 'topic'],
  ] as const) {
    const { status, errors } = await read(query)
    expect([query, status, errors.map((error) => error.field)]).toEqual([query, 400, [field]])
  }
})

it('is for administrators alone', async () => {
  expect((await read('', ['learner', 'org_admin'])).status).toBe(403)
  expect((await call(`${service.url}/api/v1/parked`)).status).toBe(401)
})
