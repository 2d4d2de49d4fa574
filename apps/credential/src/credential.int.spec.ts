import { CourseCompletedV1, CourseVersionPublishedV1, CredentialIssuedV1, type EventDefinition } from '@laurel/contracts'
import { deadLetterTopic } from '@laurel/messaging'
import type { RunningService } from '@laurel/service-shell'
import {
  courseCompletion,
  createTestDatabase,
  eventRecord,
  eventually,
  serviceEnvironment,
  TestBroker,
  type FoundRecord,
  type TestDatabase,
} from '@laurel/testing'
import { readConfig } from './config'
import { credentialDatabase, startCredential } from './credential.module'
import { IssuingFixture } from './issuing.fixture'
import { published } from './published.fixture'
import { SERVICE } from './service-name'

/** Real: Kafka, Postgres, pg-boss, HTTP, and the service itself as main.ts starts it. */
const broker = new TestBroker()
const outside = new IssuingFixture()
let database: TestDatabase
let service: RunningService

async function start(): Promise<void> {
  const env = {
    ...serviceEnvironment(database),
    DIRECTORY_URL: outside.url('directory'),
    ASSESSMENT_URL: outside.url('assessment'),
    CREDLY_URL: outside.url('credly'),
    CREDLY_ORGANIZATION_ID: 'org-1',
    CREDLY_TOKEN: 'token',
  }
  service = await startCredential(readConfig(env))
}

beforeAll(async () => {
  for (const { topic } of [CourseVersionPublishedV1, CourseCompletedV1, CredentialIssuedV1]) await broker.create(topic, 3)
  await broker.create(deadLetterTopic(SERVICE), 3)
  await outside.start()
  database = await createTestDatabase(credentialDatabase)
  await start()
}, 60_000)
afterAll(async () => {
  await service?.close()
  await database?.drop()
  await outside.stop()
  await broker.close()
})

async function publish<T>(definition: EventDefinition<T>, ...data: T[]): Promise<void> {
  const producer = broker.kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  const messages = data.map((one) => eventRecord(definition, one)).map((record) => ({ ...record, headers: { ...record.headers } }))
  await producer.send({ topic: definition.topic, acks: -1, messages })
  await producer.disconnect()
}

const version = published()
const completions = Array.from({ length: 20 }, () => courseCompletion(version))
const announced = async (): Promise<FoundRecord[]> =>
  (await broker.readAll(CredentialIssuedV1.topic)).filter((record) => record.key?.startsWith(version.course_version_id))
const certificates = (): Promise<unknown[]> =>
  database.dataSource.query(
    `select user_id, completion_id, certificate_uid, status, issued_at, expires_at, metadata, credly_badge_id
       from certificates where course_version_id = $1 order by user_id`,
    [version.course_version_id],
  )
/** Nothing can come any more: all are issued, and published. */
const settled = () =>
  eventually(async () => {
    const counts = `select (select count(*)::int from certificates where course_version_id = $1 and status = 'issued') as issued,
                           (select count(*)::int from outbox) as unpublished`
    expect(await database.dataSource.query(counts, [version.course_version_id])).toEqual([{ issued: 20, unpublished: 0 }])
  }, 40_000)

it('rebuilds an emptied schema from Kafka: the same certificates, no other badge, and nothing is announced again', async () => {
  await publish(CourseVersionPublishedV1, version)
  await publish(CourseCompletedV1, ...completions)
  await settled()
  const [before, events] = [await certificates(), await announced()]
  expect(events).toHaveLength(20)
  await service.close()
  const lost = database
  database = await createTestDatabase({ ...credentialDatabase, migrations: [] })
  await lost.drop()

  await start()
  await settled()
  expect(await certificates()).toEqual(before)
  expect(await announced()).toEqual(events)
  expect([outside.posts, outside.badges.size]).toEqual([20, 20])
}, 90_000)
