import { randomUUID } from 'node:crypto'
import { CourseCompletedV1, CourseVersionPublishedV1, EnrollmentRequestedV1, LearnerErasedV1, LessonProgressedV1 } from '@laurel/contracts'
import { retryingTransaction, transaction } from '@laurel/postgres'
import { batchOf, eventually } from '@laurel/testing'
import { Member, waitingForLocks } from '../consumers/member.fixture'
import { OnLearnerErased } from '../consumers/on-learner-erased.consumer'
import { at, course, Learner, type Course } from '../events.fixture'
import { erasedAmong } from '../persistence/learner-data-store'
import { progressDatabase, startProgress } from '../progress.module'
import { Api, report } from './api.fixture'
import { ADMIN, History, importNdjson, ndjsonOf, send } from './import.fixture'

/** Real: the service over HTTP and its database; what Kafka brings is handed to the consumers. */
const api = new Api()
let member: Member
let taught: Course

beforeAll(async () => {
  await api.start(progressDatabase, startProgress)
  member = new Member(api.database.dataSource)
  taught = course({ required: 2, quizzes: [50] })
  await member.take(CourseVersionPublishedV1, taught.version)
})
afterAll(() => api.stop())

/** Has something in every table: a closed cycle and an open one, a kept answer, a rejected row, a parked event. */
async function learnerWithEverything(): Promise<Learner> {
  const history = new History(taught)
  const { learner } = history
  const [lesson] = taught.required
  await importNdjson(api, randomUUID(), ndjsonOf([...history.whole(), history.lesson(randomUUID())]))
  await member.take(EnrollmentRequestedV1, learner.request('revoke', 100, { reason: 'A note about them' }))
  await member.take(EnrollmentRequestedV1, learner.request('open_cycle', 101))
  await api.call('PATCH', `/api/v1/courses/${taught.id}/progress`, { sub: learner.userId }, report(lesson))
  await api.call('POST', `/api/v1/courses/${taught.id}/quiz-attempts`, { sub: learner.userId }, { quiz_id: taught.quizzes[0], score: 40 })
  await api.database.dataSource.query(`insert into idempotency_key (user_id, key, fingerprint, response) values ($1, 'a-key', '', '{}')`, [
    learner.userId,
  ])
  await transaction(api.database.dataSource, (tx) =>
    tx.query(
      `insert into parked_event (waits_for, reason, topic, partition, record_offset, key, headers, payload, record_time)
       values ('x', 'the learner is not enrolled', 'lesson.progressed', 0, $1, null, '{}', $2, now())`,
      [
        Math.floor(Math.random() * 2 ** 40),
        Buffer.from(JSON.stringify({ ...learner.progressed(lesson!, 10), course_version_id: randomUUID() })),
      ],
    ),
  )
  return learner
}

/** Everything in the database as text, but for the outbox. */
async function dump(): Promise<string> {
  const tables = [
    'enrollments',
    'lesson_progress',
    'quiz_attempts',
    'idempotency_key',
    'import_run',
    'import_error',
    'erased_learner',
    'parked_event',
  ]
  const archives = ['enrollments_archive', 'lesson_progress_archive', 'quiz_attempts_archive']
  const rows = await Promise.all([...tables, ...archives].map((table) => api.database.dataSource.query(`select * from ${table}`)))
  return JSON.stringify(rows, (_, value: unknown) => (isBytes(value) ? Buffer.from(value.data).toString('latin1') : value))
}
const isBytes = (value: unknown): value is { type: 'Buffer'; data: number[] } => (value as { type?: string } | null)?.type === 'Buffer'

const erase = (userId: string) => send(api, 'DELETE', `learners/${userId}`)
const exported = (userId: string, caller?: { sub: string; claims?: object }) =>
  send(api, 'GET', `learners/${userId}/export`, caller ? { caller } : {})
const total = (erased: unknown) => Object.values(erased as Record<string, number>).reduce((sum, n) => sum + n, 0)
const ALL_LISTS = {
  enrollments: 1,
  lesson_progress: 1,
  quiz_attempts: 1,
  enrollments_archive: 1,
  lesson_progress_archive: 2,
  quiz_attempts_archive: 1,
  idempotency_keys: 1,
  import_errors: 1,
  parked_events: 1,
}
const lengths = (body: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.keys(ALL_LISTS).map((list) => [list, (body[list] as unknown[]).length]))

describe('export', () => {
  it('holds everything about the learner, and nothing of others', async () => {
    const [learner, other] = [await learnerWithEverything(), await learnerWithEverything()]
    const { status, body } = await exported(learner.userId, { sub: learner.userId })
    expect(status).toBe(200)
    expect(lengths(body)).toEqual(ALL_LISTS)
    expect(body).toMatchObject({
      user_id: learner.userId,
      erased_at: null,
      enrollments: [{ course_version_id: taught.id, cycle: 2, status: 'active', enrolled_at: at(0) }],
      enrollments_archive: [{ cycle: 1, status: 'revoked_by_admin', status_reason: 'A note about them' }],
      parked_events: [{ topic: 'lesson.progressed', data: { user_id: learner.userId } }],
    })
    expect(JSON.stringify(body)).not.toContain(other.userId)
  })

  it('goes on behind a first page', async () => {
    const long = course({ required: 1_001 })
    await member.take(CourseVersionPublishedV1, long.version)
    const history = new History(long)
    await importNdjson(api, randomUUID(), ndjsonOf(history.whole()))
    const { body } = await exported(history.learner.userId)
    const lessons = (body['lesson_progress'] as { lesson_id: string }[]).map(({ lesson_id }) => lesson_id)
    expect(lessons.toSorted()).toEqual(long.required.toSorted())
  })

  it('is for the learner and administrators', async () => {
    const learner = await member.enroll(taught)
    const as = async (roles: string[], claims: object = {}) =>
      (await exported(learner.userId, { sub: randomUUID(), claims: { roles, ...claims } })).status
    expect([await as(['learner']), await as(['org_admin'], { org_id: randomUUID() }), await as(['admin'])]).toEqual([403, 403, 200])
    expect((await exported(learner.userId.toUpperCase(), { sub: learner.userId })).status).toBe(200)
    expect((await exported('x')).body.errors).toMatchObject([{ field: 'user_id' }])
  })
})

describe('erasure', () => {
  it('removes what is about the learner and takes their id off the rest', async () => {
    const [learner, other] = [await learnerWithEverything(), await learnerWithEverything()]
    const before = await exported(other.userId)
    const { status, body } = await erase(learner.userId)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      user_id: learner.userId,
      erased: {
        lesson_progress: 1,
        quiz_attempts: 1,
        lesson_progress_archive: 2,
        quiz_attempts_archive: 1,
        idempotency_keys: 1,
        parked_events: 1,
        import_errors: 1,
        enrollments_pseudonymised: 2,
      },
    })
    for (const kept of body['kept'] as object[]) expect(kept).toEqual({ what: expect.any(String), why: expect.any(String) })
    expect((await dump()).includes(learner.userId)).toBe(false)
    expect({ ...(await exported(other.userId)).body, exported_at: null }).toEqual({ ...before.body, exported_at: null })
  })

  it('keeps enrollments for statistics, under another id for each course version and without a moment or an id that leads back', async () => {
    const [one, two] = [course({ required: 1 }), course({ required: 1 })]
    const learner = await member.enroll(one)
    await member.take(CourseVersionPublishedV1, two.version)
    const change = { course_version_id: two.id, org_id: randomUUID(), due_at: at(99), source_of_enrollment: 'admin_added' }
    await member.take(EnrollmentRequestedV1, learner.request('enroll', 9, change))
    await member.take(CourseCompletedV1, learner.completion(10))
    await member.take(EnrollmentRequestedV1, learner.request('open_cycle', 11), learner.request('cancel', 12, { reason: 'A note' }))
    await erase(learner.userId)
    const of = (table: string) =>
      api.database.dataSource.query(`select * from ${table} where course_version_id = any($1) order by org_id`, [[one.id, two.id]])
    const [open, closed] = [await of('enrollments'), await of('enrollments_archive')]
    expect(open).toMatchObject([
      { org_id: change.org_id, source_of_enrollment: 'admin_added', status: 'active', enrolled_at: new Date('2026-01-05') },
      { org_id: null, status: 'cancelled_by_user', cycle: 2 },
    ])
    expect(closed).toMatchObject([{ user_id: open[1].user_id, cycle: 1, status: 'completed', completed_at: new Date('2026-01-05') }])
    expect(open[0].user_id).not.toBe(open[1].user_id)
    const rows = [...open, ...closed] as Record<string, unknown>[]
    const moments = rows.flatMap((row) => Object.values(row).filter((value) => value instanceof Date))
    for (const moment of moments) expect(moment.toISOString()).toMatch(/T00:00:00.000Z$/)
    const leading = { revision: '1', due_at: null, requested_at: null, revoked_completion_id: null, status_reason: null }
    for (const row of rows) expect(row).toMatchObject(leading)
  })

  it('answers a repeat with the same shape and nothing erased', async () => {
    const learner = await learnerWithEverything()
    const first = await erase(learner.userId)
    const again = await erase(learner.userId.toUpperCase())
    expect(Object.keys(again.body['erased'] as object)).toEqual(Object.keys(first.body['erased'] as object))
    expect([total(first.body['erased']), total(again.body['erased'])]).toEqual([10, 0])
    expect(again.body['kept']).toEqual(first.body['kept'])
    const after = await exported(learner.userId)
    expect(total(lengths(after.body))).toBe(0)
    expect(after.body['erased_at']).not.toBeNull()
  })

  it('is remembered: an import records nothing of the learner again', async () => {
    const history = new History(taught)
    const { learner } = history
    await erase(learner.userId)
    const malformed = { ...history.lesson('x'), lesson_id: 'x' }
    const { body } = await importNdjson(api, randomUUID(), ndjsonOf([...history.whole(), malformed]))
    expect(body).toMatchObject({ applied: 0, rejected: 5 })
    expect((await dump()).includes(learner.userId)).toBe(false)
    const both = [learner.userId, randomUUID()]
    expect(await transaction(api.database.dataSource, (tx) => erasedAmong(tx, both))).toEqual(new Set([learner.userId]))
  })

  it('waits for a transaction that has asked who is erased, and erases what that wrote', async () => {
    const learner = await member.enroll(taught)
    const writing = await member.hold(async (tx) => {
      expect(await erasedAmong(tx, [learner.userId])).toEqual(new Set())
      await member.apply(tx, batchOf(LessonProgressedV1, learner.progressed(taught.required[0]!, 50)))
    })
    const erasing = erase(learner.userId)
    await eventually(async () => expect(await waitingForLocks(api.database)).toBe(1))
    await writing.commit()
    expect((await erasing).body).toMatchObject({ erased: { lesson_progress: 1 } })
  })

  it('comes over Kafka as well, once', async () => {
    const learner = await learnerWithEverything()
    const take = () =>
      retryingTransaction(api.database.dataSource, (tx) =>
        new OnLearnerErased().apply(batchOf(LearnerErasedV1, { user_id: learner.userId, erased_at: at(200) }), {
          tx,
          topic: LearnerErasedV1.topic,
        }),
      )
    expect(await take()).toEqual([])
    expect(await take()).toEqual([])
    const { body } = await exported(learner.userId)
    expect([total(lengths(body)), body['erased_at']]).toEqual([0, at(200)])
  })

  it('is for administrators', async () => {
    const learner = await member.enroll(taught)
    for (const [sub, roles] of [
      [learner.userId, 'learner'],
      [randomUUID(), 'org_admin'],
    ] as const)
      expect((await send(api, 'DELETE', `learners/${learner.userId}`, { caller: { sub, claims: { roles: [roles] } } })).status).toBe(403)
    expect((await exported(learner.userId, ADMIN)).body['enrollments']).toHaveLength(1)
  })
})
