import {
  CourseCompletedV1,
  CourseCompletionRevokedV1,
  CourseVersionPublishedV1,
  EnrollmentChangedV1,
  EnrollmentRequestedV1,
  LearnerErasedV1,
  LessonCompletedV1,
  lessonCompletedId,
  LessonProgressedV1,
  QuizAttemptedV1,
  sourceOf,
  type EventDefinition,
} from '@laurel/contracts'
import { deadLetterTopic } from '@laurel/messaging'
import type { RunningService } from '@laurel/service-shell'
import {
  createTestDatabase,
  eventRecord,
  eventually,
  infrastructure,
  SigningIam,
  TestBroker,
  type TestDatabase,
  type TestRecord,
} from '@laurel/testing'
import { course, Learner } from './events.fixture'
import { progressDatabase, startProgress } from './progress.module'
import { SERVICE } from './service-name'

/** Real: Kafka, Postgres, a key set, and the service itself as main.ts starts it. */
const broker = new TestBroker()
const iam = new SigningIam()
let database: TestDatabase
let service: RunningService

const INPUTS = [
  CourseVersionPublishedV1,
  EnrollmentRequestedV1,
  LessonProgressedV1,
  LessonCompletedV1,
  QuizAttemptedV1,
  CourseCompletedV1,
  CourseCompletionRevokedV1,
  LearnerErasedV1,
]
const DEAD_LETTERS = deadLetterTopic(SERVICE)

beforeAll(async () => {
  for (const topic of [...INPUTS.map((definition) => definition.topic), EnrollmentChangedV1.topic, DEAD_LETTERS])
    await broker.create(topic, 3)
  await iam.start()
  database = await createTestDatabase(progressDatabase)
  service = await startProgress({
    service: SERVICE,
    host: '127.0.0.1',
    port: 0,
    logLevel: 'silent',
    role: 'all',
    databaseUrl: database.url,
    kafkaBrokers: infrastructure().brokers,
    kafkaSessionTimeoutMs: 6_000,
    rateLimitPerSecond: 0,
    iam: { jwksUrl: iam.jwksUrl, issuer: iam.issuer, audience: iam.audience },
  })
}, 60_000)
afterAll(async () => {
  await service?.close()
  await database?.drop()
  await iam.stop()
  await broker.close()
})

async function send(topic: string, records: readonly TestRecord[]): Promise<void> {
  const producer = broker.kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  await producer.send({ topic, acks: -1, messages: records.map((record) => ({ ...record, headers: { ...record.headers } })) })
  await producer.disconnect()
}
const publish = <T>(definition: EventDefinition<T>, ...data: T[]) =>
  send(
    definition.topic,
    data.map((one) => eventRecord(definition, one)),
  )

const recordsOf = async (topic: string, { key: { course_version_id, user_id } }: Learner) =>
  (await broker.readAll(topic)).filter((record) => record.key === `${course_version_id}:${user_id}`)
/** What progress itself put into a topic about a learner. */
const told = async (topic: string, learner: Learner) =>
  (await recordsOf(topic, learner)).filter((record) => record.headers['ce_source'] !== '/player')
const deadLetters = async (learner: Learner) => (await recordsOf(DEAD_LETTERS, learner)).map(({ headers }) => headers['dl_reason']!)
const statuses = async (learner: Learner) =>
  (await told(EnrollmentChangedV1.topic, learner)).map(({ value }) => (JSON.parse(value!) as EnrollmentChangedV1).status)
const parked = async (learner: Learner) =>
  (await database.dataSource.query<unknown[]>('select 1 from parked_event where waits_for like $1', [`%${learner.key.course_version_id}%`]))
    .length

async function progressOf(learner: Learner): Promise<unknown> {
  const headers = { authorization: `Bearer ${await iam.token(learner.userId)}` }
  return (await fetch(`${service.url}/api/v1/courses/${learner.key.course_version_id}/progress`, { headers })).json()
}

it('takes everything over Kafka, whatever comes first, and tells each thing once', async () => {
  const it = course({ required: 2, quizzes: [70] })
  const learner = new Learner(it)
  const [reported, announced] = it.required as [string, string]
  await publish(CourseCompletionRevokedV1, learner.revocation())
  await publish(CourseCompletedV1, learner.completion())
  await publish(QuizAttemptedV1, learner.attempt(it.quizzes[0]!, 90, 3))
  await publish(LessonCompletedV1, learner.lesson(announced, 2))
  await publish(LessonProgressedV1, ...Array.from({ length: 20 }, (_, n) => learner.progressed(reported, n < 10 ? 100 : 40, 5)))
  await eventually(async () => expect(await parked(learner)).toBe(24), 40_000)
  await publish(CourseVersionPublishedV1, it.version)
  await eventually(async () => {
    const waiting = await database.dataSource.query('select 1 from parked_event where waits_for = $1', [`course-version:${it.id}`])
    expect(waiting).toEqual([])
  }, 40_000)
  expect(await parked(learner)).toBe(24)
  await publish(EnrollmentRequestedV1, learner.request('enroll'))
  await eventually(async () => expect(await parked(learner)).toBe(0), 40_000)

  await eventually(async () =>
    expect(await progressOf(learner)).toMatchObject({
      status: 'revoked_by_admin',
      percentage: 100,
      completed_lessons: 2,
      quiz_attempts: [{ score: 90 }],
    }),
  )
  await eventually(async () => expect((await statuses(learner)).at(-1)).toBe('revoked_by_admin'))
  const lessons = await eventually(async () => {
    const found = await told(LessonCompletedV1.topic, learner)
    expect(found).not.toEqual([])
    return found
  })
  expect(lessons.map(({ headers, value }) => [headers['ce_id'], headers['ce_source'], JSON.parse(value!)])).toEqual([
    [lessonCompletedId({ ...learner.key, lesson_id: reported, cycle: 1 }), sourceOf(SERVICE), learner.lesson(reported, 5)],
  ])
}, 90_000)

it('follows the completion, against which a later cancellation is refused', async () => {
  const it = course({ required: 1 })
  const learner = new Learner(it)
  await publish(CourseVersionPublishedV1, it.version)
  await publish(EnrollmentRequestedV1, learner.request('enroll'))
  await publish(LessonProgressedV1, learner.progressed(it.required[0]!, 100, 4))
  await eventually(async () => expect(await told(LessonCompletedV1.topic, learner)).toHaveLength(1), 40_000)
  await publish(CourseCompletedV1, learner.completion(4), learner.completion(4))
  await eventually(async () => expect(await statuses(learner)).toEqual(['active', 'completed']), 40_000)
  await publish(EnrollmentRequestedV1, learner.request('cancel', 60))
  await eventually(
    async () => expect(await deadLetters(learner)).toEqual([expect.stringMatching(/^action cancel: the course is completed/)]),
    40_000,
  )
  expect(await statuses(learner)).toEqual(['active', 'completed'])
  expect(await told(LessonCompletedV1.topic, learner)).toHaveLength(1)
}, 90_000)

it('dead-letters what it cannot take, with the field, and goes on behind it', async () => {
  const it = course({ required: 1 })
  const learner = new Learner(it)
  await publish(CourseVersionPublishedV1, it.version)
  await publish(EnrollmentRequestedV1, learner.request('enroll', 1), learner.request('open_cycle', 2))
  const good = eventRecord(LessonProgressedV1, learner.progressed(it.required[0]!, 50))
  const wrong = (change: object): TestRecord => ({
    ...good,
    value: JSON.stringify({ ...learner.progressed(it.required[0]!, 50), ...change }),
  })
  await send(LessonProgressedV1.topic, [
    { ...good, value: '{' },
    { ...good, value: null },
    { ...good, headers: { ...good.headers, ce_type: 'lesson.progressed.v9' } },
    wrong({ progress_percentage: 101 }),
    wrong({ progress_percentage: 'half' }),
    wrong({ lesson_id: learner.userId.toUpperCase() }),
    wrong({ lesson_id: it.id }),
    good,
  ])
  await eventually(async () => expect(await progressOf(learner)).toMatchObject({ items: [{ progress_percentage: 50 }] }), 40_000)
  const reasons = await eventually(async () => {
    const found = await deadLetters(learner)
    expect(found).toHaveLength(8)
    return found
  }, 40_000)
  expect(reasons.toSorted()).toEqual([
    expect.stringMatching(/^action open_cycle: /),
    expect.stringMatching(/^header ce_type "lesson.progressed.v9" is not a known type/),
    expect.stringMatching(/^lesson_id .* is no lesson of this course version$/),
    expect.stringMatching(/^lesson_id must be a lower-case UUID/),
    expect.stringMatching(/^progress_percentage must be <= 100 \(got 101\)/),
    expect.stringMatching(/^progress_percentage must be a number/),
    expect.stringMatching(/^value is not JSON/),
    expect.stringMatching(/^value is null/),
  ])
}, 90_000)
