import {
  completionId,
  CourseCompletedV1,
  CourseCompletionRevokedV1,
  CourseVersionPublishedV1,
  EnrollmentChangedV1,
  LearnerErasedV1,
  LessonCompletedV1,
  QuizAttemptedV1,
  sourceOf,
  type EventDefinition,
} from '@laurel/contracts'
import { CourseVersionStore } from '@laurel/course-versions'
import { deadLetterTopic } from '@laurel/messaging'
import { transaction } from '@laurel/postgres'
import type { RunningService } from '@laurel/service-shell'
import {
  createTestDatabase,
  eventRecord,
  eventually,
  serviceEnvironment,
  TestBroker,
  type TestDatabase,
  type TestRecord,
} from '@laurel/testing'
import { completionDatabase, startCompletionDetection } from './completion-detection.module'
import { readConfig } from './config'
import { decodeLog } from './domain/evidence-log'
import { at, course, Learner } from './events.fixture'
import { SERVICE } from './service-name'
import { completeFromOutside } from './use-cases/complete-from-outside'
import { revokeCompletion } from './use-cases/revoke-completion'

/** Real: Kafka, Postgres, and the service itself as main.ts starts it, in two members of one group. */
const broker = new TestBroker()
const members: RunningService[] = []
let database: TestDatabase

const INPUTS = [CourseVersionPublishedV1, EnrollmentChangedV1, LessonCompletedV1, QuizAttemptedV1, LearnerErasedV1]
const DEAD_LETTERS = deadLetterTopic(SERVICE)

const start = async () => {
  const member = await startCompletionDetection(readConfig({ ...serviceEnvironment(database), DIRECTORY_URL: 'http://127.0.0.1:1' }))
  members.push(member)
  return member
}

beforeAll(async () => {
  for (const topic of [
    ...INPUTS.map((definition) => definition.topic),
    CourseCompletedV1.topic,
    CourseCompletionRevokedV1.topic,
    DEAD_LETTERS,
  ])
    await broker.create(topic, 3)
  database = await createTestDatabase(completionDatabase)
  await Promise.all([start(), start()])
}, 60_000)
afterAll(async () => {
  await Promise.all(members.map((member) => member.close()))
  await database?.drop()
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

/** Records of one topic with this key. */
const recordsOf = async (topic: string, { key: { course_version_id, user_id } }: Learner) =>
  (await broker.readAll(topic)).filter((record) => record.key === `${course_version_id}:${user_id}`)

/** Each member has taken all there is, so that nothing more can come. */
async function settled(): Promise<void> {
  await eventually(async () => {
    const fences = await database.dataSource.query<{ topic: string; partition: number; next_offset: string }[]>(
      'select topic, partition, next_offset from consumer_fence',
    )
    const admin = broker.kafka.admin()
    await admin.connect()
    try {
      for (const { topic } of INPUTS) {
        for (const { partition, high } of await admin.fetchTopicOffsets(topic)) {
          const fence = fences.find((one) => one.topic === topic && one.partition === partition)
          expect([topic, partition, fence?.next_offset]).toEqual([topic, partition, high])
        }
      }
    } finally {
      await admin.disconnect()
    }
    expect(await database.dataSource.query('select 1 from outbox')).toEqual([])
  }, 40_000)
}

it('completes once over Kafka, whatever the order and however often the events come', async () => {
  const it = course({ required: 2, quizzes: [70] })
  const [learner, stopsShort, cancelled] = [new Learner(it), new Learner(it), new Learner(it)]
  const lessonsOf = (one: Learner) => it.required.map((id, i) => one.lesson(id, i + 1))
  await publish(LessonCompletedV1, ...lessonsOf(learner), ...lessonsOf(stopsShort), ...lessonsOf(cancelled))
  await publish(
    QuizAttemptedV1,
    ...Array.from({ length: 50 }, () => learner.attempt(it.quizzes[0]!, 80, 9)),
    stopsShort.attempt(it.quizzes[0]!, 60),
    cancelled.attempt(it.quizzes[0]!, 80),
  )
  await publish(EnrollmentChangedV1, learner.enrollment(), stopsShort.enrollment(), cancelled.enrollment({ status: 'cancelled_by_user' }))
  await eventually(async () =>
    expect(
      await database.dataSource.query('select 1 from parked_event where waits_for like $1', [`%${learner.key.course_version_id}`]),
    ).toHaveLength(61),
  )
  await publish(CourseVersionPublishedV1, it.version)
  await eventually(async () => expect(await recordsOf(CourseCompletedV1.topic, learner)).toHaveLength(1), 40_000)
  await publish(LessonCompletedV1, ...Array.from({ length: 25 }, () => lessonsOf(learner)).flat())
  await settled()

  expect(
    await database.dataSource.query('select 1 from parked_event where waits_for like $1', [`%${learner.key.course_version_id}`]),
  ).toEqual([])
  const [completion, ...more] = await recordsOf(CourseCompletedV1.topic, learner)
  const id = completionId({ ...learner.key, cycle: 1 })
  expect(more).toEqual([])
  expect(completion!.headers).toMatchObject({ ce_id: id, ce_type: 'course.completed.v1', ce_source: sourceOf(SERVICE) })
  expect(JSON.parse(completion!.value!)).toMatchObject({ completion_id: id, ...learner.key, completed_at: at(9), score: 80 })
  for (const other of [stopsShort, cancelled]) expect(await recordsOf(CourseCompletedV1.topic, other)).toEqual([])
}, 90_000)

it('dead-letters what it cannot take, with the field, and goes on behind it', async () => {
  const it = course({ required: 1 })
  const learner = new Learner(it)
  await publish(CourseVersionPublishedV1, it.version)
  await publish(EnrollmentChangedV1, learner.enrollment())
  const good = eventRecord(LessonCompletedV1, learner.lesson(it.required[0]!))
  const bad = eventRecord(LessonCompletedV1, learner.lesson(it.version.course_id))
  await send(LessonCompletedV1.topic, [
    { ...good, value: '{"user_id":' },
    { ...good, value: null },
    { ...good, value: JSON.stringify({ ...learner.key, lesson_id: 'x' }) },
    bad,
    good,
  ])
  await eventually(async () => expect(await recordsOf(CourseCompletedV1.topic, learner)).toHaveLength(1), 40_000)
  await settled()

  const letters = await recordsOf(DEAD_LETTERS, learner)
  expect(letters.map(({ headers }) => headers['dl_reason']).toSorted()).toEqual([
    'completed_at is missing',
    `lesson_id ${it.version.course_id} is no lesson of this course version`,
    expect.stringMatching(/^value is not JSON: /),
    'value is null; an event carries its data as a JSON object',
  ])
}, 90_000)

it('loses and doubles nothing when a member goes and another comes', async () => {
  const it = course({ required: 1, quizzes: [50] })
  const learners = Array.from({ length: 60 }, () => new Learner(it))
  await publish(CourseVersionPublishedV1, it.version)
  await publish(EnrollmentChangedV1, ...learners.map((learner) => learner.enrollment()))
  for (const learner of learners.slice(0, 20)) await publish(LessonCompletedV1, learner.lesson(it.required[0]!))
  await members.shift()!.close()
  await publish(LessonCompletedV1, ...learners.slice(20).map((learner) => learner.lesson(it.required[0]!)))
  await start()
  await publish(QuizAttemptedV1, ...learners.map((learner) => learner.attempt(it.quizzes[0]!, 50)))
  const completed = async () =>
    (await broker.readAll(CourseCompletedV1.topic)).filter((record) => record.key?.startsWith(it.version.course_version_id))
  await eventually(async () => expect(new Set((await completed()).map((record) => record.key)).size).toBe(60), 60_000)
  await settled()
  expect((await completed()).map((record) => record.headers['ce_id']).toSorted()).toEqual(
    learners.map((learner) => completionId({ ...learner.key, cycle: 1 })).toSorted(),
  )
}, 90_000)

/** What a rebuild must restore, all but wall-clock times and what was only known here; evidence without its place in Kafka. */
async function restorable(userIds: readonly string[]) {
  const rows = <T>(sql: string) => database.dataSource.query<T[]>(sql, [userIds])
  // A closed cycle's log may hold what was observed after its end, before that was known: it is read up to its end.
  const logs = await rows<{ user_id: string; cycle: number; log: Buffer; ended_at: Date | null }>(
    `select user_id, cycle, evidence as log, null as ended_at from completion_ledger where user_id = any($1)
      union all
     select user_id, cycle, entries, ended_at from evidence_page left join closed_cycle using (course_version_id, user_id, cycle)
      where user_id = any($1)`,
  )
  return {
    ledgers: await rows(
      `select course_version_id, user_id, cycle, cycle_started_at, status, revision, org_id, done::text, completed_at
         from completion_ledger where user_id = any($1) order by 1, 2`,
    ),
    completions: await rows(
      `select course_version_id, user_id, cycle, completion_id, course_id, org_id, completed_at, score, detected_by, detected_at, revoked_at, revoked_reason
         from completion where user_id = any($1) order by 1, 2, 3`,
    ),
    cycles: await rows('select * from closed_cycle where user_id = any($1) order by 1, 2, 3'),
    evidence: logs
      .flatMap(({ user_id, cycle, log, ended_at }) =>
        decodeLog(log)
          .filter((one) => ended_at === null || one.at < ended_at.getTime())
          .map(({ ordinal, at: time, score }) => [user_id, cycle, ordinal, time, score]),
      )
      .map((one) => one.join(' '))
      .toSorted(),
  }
}

/** Learners whose stories differ: complete twice, revoked, complete by a person, cancelled after completing, incomplete. */
async function stories() {
  const it = course({ required: 2, quizzes: [50] })
  const [twice, revoked, manual, cancelled, incomplete] = Array.from({ length: 5 }, () => new Learner(it)) as [Learner, ...Learner[]]
  const learners = [twice, revoked!, manual!, cancelled!, incomplete!]
  const all = (one: Learner, n: number) => it.required.map((id) => one.lesson(id, n))
  const completed = (count: number) =>
    eventually(async () => {
      const found = await Promise.all(learners.map((one) => recordsOf(CourseCompletedV1.topic, one)))
      expect(found.flat()).toHaveLength(count)
    }, 40_000)
  await publish(CourseVersionPublishedV1, it.version)
  await publish(EnrollmentChangedV1, ...learners.map((one) => one.enrollment()))
  await publish(LessonCompletedV1, ...[twice, revoked!, cancelled!].flatMap((one) => all(one, 3)), incomplete!.lesson(it.required[0]!))
  await publish(QuizAttemptedV1, ...[twice, revoked!, cancelled!].map((one) => one.attempt(it.quizzes[0]!, 77, 4)))
  await completed(3)
  const key = (one: Learner) => ({ courseVersionId: it.version.course_version_id, userId: one.userId })
  await transaction(database.dataSource, async (tx) => {
    await revokeCompletion(tx, { ...key(revoked!), reason: 'Taken by somebody else.', actor: 'admin-1' }, new Date(at(60)))
    const said = { ...key(manual!), detectedBy: 'manual', completedAt: null, detectedFrom: 'admin-1', reason: 'Seen in class.' } as const
    await completeFromOutside(tx, new CourseVersionStore(), [said], new Date(at(61)))
  })
  await publish(
    EnrollmentChangedV1,
    twice.enrollment({ revision: 2, cycle: 2, cycle_started_at: at(100) }),
    cancelled!.enrollment({ revision: 2, status: 'cancelled_by_user' }),
  )
  await publish(LessonCompletedV1, ...all(twice, 110))
  await publish(QuizAttemptedV1, twice.attempt(it.quizzes[0]!, 99, 111, 2))
  await completed(5)
  await settled()
  return learners
}

it('rebuilds an emptied schema from Kafka: the same decisions and evidence, and nothing is emitted again', async () => {
  const learners = await stories()
  const userIds = learners.map((one) => one.userId)
  const before = await restorable(userIds)
  const emitted = async () =>
    (await Promise.all([CourseCompletedV1, CourseCompletionRevokedV1].map(({ topic }) => broker.readAll(topic)))).flat()
  const sent = (await emitted()).length
  await Promise.all(members.splice(0).map((member) => member.close()))
  const lost = database
  database = await createTestDatabase({ ...completionDatabase, migrations: [] })
  await lost.drop()

  await Promise.all([start(), start()])
  await settled()
  expect(before.completions).toHaveLength(5)
  // What came before its course version was parked, and is taken up by a sweep.
  await eventually(async () => expect(await restorable(userIds)).toEqual(before))
  expect(await emitted()).toHaveLength(sent)
}, 90_000)
