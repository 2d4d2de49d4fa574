import { CourseVersionPublishedV1, EnrollmentChangedV1, LessonCompletedV1, QuizAttemptedV1 } from '@laurel/contracts'
import { awaitedCourseVersion, CourseVersionStore } from '@laurel/course-versions'
import { retryingTransaction } from '@laurel/postgres'
import { received } from '@laurel/testing'
import { completionDatabase } from '../completion-detection.module'
import { Member } from '../consumers/member.fixture'
import { SWEEP } from '../domain/detection'
import { at, course, Learner } from '../events.fixture'
import { decideLedgers } from '../use-cases/decide-ledgers'
import { ADMIN, CompletionsApi, ORG, pathOf } from './completions-api.fixture'

/** Real: the routes over HTTP, Postgres, tokens. Events are handed to the consumers. */
const api = new CompletionsApi()
beforeAll(() => api.start(completionDatabase, Member))
afterAll(() => api.stop())

const explain = async (path: string) => {
  const { status, body } = await api.call('GET', `${path}/explain`, ADMIN)
  expect(status).toBe(200)
  return body
}
const RECEIVED = new Date(at(500))

it('shows every part of the rule with its evidence, and what is missing', async () => {
  const { course: it, learner, path } = await api.enrolled({ required: 1, optional: 2, choose: 1, quizzes: [70] })
  const [required, elective, quiz] = [it.required[0]!, it.optional[1]!, it.quizzes[0]!]
  const evidence = (topic: string, offset: number, n: number, score: number | null) => {
    return { topic, partition: 0, offset, occurred_at: at(n), received_at: at(500), score }
  }
  await api.member.takeReceived([
    received(LessonCompletedV1, learner.lesson(elective, 2), RECEIVED, 1001n),
    received(LessonCompletedV1, learner.lesson(required, 1), RECEIVED, 1002n),
  ])
  await api.member.takeReceived([received(QuizAttemptedV1, learner.attempt(quiz, 60, 3), RECEIVED, 1003n)])

  const body = await explain(path)
  const item = (id: string, kind: string, done: number | null) => {
    const title = kind === 'lesson' ? 'A lesson' : 'A quiz'
    const isSatisfied = done !== null
    return {
      id,
      kind,
      title,
      is_satisfied: isSatisfied,
      done_at: isSatisfied ? at(done) : null,
      best_score: null,
      pass_threshold_percentage: null,
    }
  }
  expect(body).toEqual({
    ...learner.key,
    course_id: it.version.course_id,
    title: 'Handling food safely',
    enrollment_status: 'active',
    said_from_outside: [],
    waiting_events: [],
    text: expect.stringContaining('Missing: quiz “A quiz” (70 to pass, best 60).'),
    cycles: [
      {
        cycle: 1,
        started_at: '1970-01-01T00:00:00.000Z',
        closed_at: null,
        enrollment_status: 'active',
        percentage: 66,
        undecided: 'incomplete',
        completion: null,
        is_rule_of_version: null,
        rule: {
          required: [
            { ...item(required, 'lesson', 1), evidence: [evidence('lesson.completed', 1002, 1, null)] },
            {
              ...item(quiz, 'quiz', null),
              pass_threshold_percentage: 70,
              best_score: 60,
              evidence: [evidence('quiz.attempted', 1003, 3, 60)],
            },
          ],
          electives: [
            {
              choose: 1,
              done: 1,
              is_satisfied: true,
              of: [
                { ...item(it.optional[0]!, 'lesson', null), evidence: [] },
                { ...item(elective, 'lesson', 2), evidence: [evidence('lesson.completed', 1001, 2, null)] },
              ],
            },
          ],
          optional: [],
        },
      },
    ],
  })
})

it('shows the decision by events, by hand and its revocation, in each cycle, late evidence too', async () => {
  const { course: it, learner, path } = await api.completed({ required: 2 })
  await api.member.take(EnrollmentChangedV1, learner.enrollment({ revision: 2, cycle: 2, cycle_started_at: at(100) }))
  await api.member.take(LessonCompletedV1, learner.lesson(it.required[0]!, 50), learner.lesson(it.required[0]!, 150))
  await api.call('POST', path, ADMIN, { reason: 'Shown on paper', completed_at: at(160) })
  await api.call('POST', `${path}/revoke`, ADMIN, { reason: 'The paper was forged' })

  const body = await explain(path)
  expect(body).toMatchObject({
    cycles: [
      {
        cycle: 2,
        undecided: null,
        percentage: 50,
        is_rule_of_version: true,
        completion: {
          detected_by: 'manual',
          detected_from: ADMIN.sub,
          reason: 'Shown on paper',
          revocation: { revoked_by: ADMIN.sub, reason: 'The paper was forged' },
        },
      },
      {
        cycle: 1,
        closed_at: at(100),
        completion: { detected_by: 'events', completed_at: at(2), revocation: null },
        rule: { required: [{ evidence: [{ occurred_at: at(1) }, { occurred_at: at(50) }] }, { evidence: [{ occurred_at: at(2) }] }] },
      },
    ],
    said_from_outside: [{ detected_by: 'manual', detected_from: ADMIN.sub, completed_at: at(160), cycle: 2, is_decisive: true }],
  })
  for (const words of ['Shown on paper', 'The paper was forged', ADMIN.sub]) expect(body['text']).toContain(words)
})

it('shows all evidence of a long course, whose log has several pages', async () => {
  const { course: it, path } = await api.completed({ required: 120 })
  const pages = await api.database.dataSource.query('select 1 from evidence_page where course_version_id = $1', [
    it.version.course_version_id,
  ])
  const { cycles } = (await explain(path)) as unknown as { cycles: [{ rule: { required: { evidence: unknown[] }[] } }] }
  expect(pages).not.toEqual([])
  expect(cycles[0].rule.required.map(({ evidence }) => evidence.length)).toEqual(it.required.map(() => 1))
})

it('shows evidence that waits for an enrollment', async () => {
  const it = course({ required: 1 })
  const learner = new Learner(it)
  await api.member.take(CourseVersionPublishedV1, it.version)
  await api.member.take(LessonCompletedV1, learner.lesson(it.required[0]!))
  expect(await explain(pathOf(learner))).toMatchObject({
    enrollment_status: null,
    cycles: [{ undecided: 'unknown-enrollment', percentage: 100 }],
  })
})

it('shows events that wait for a course version, but of this learner alone and never what they carry', async () => {
  const [learner, other] = [course({ required: 1 })].flatMap((it) => [new Learner(it), new Learner(it)]) as [Learner, Learner]
  const { course_version_id: id } = learner.key
  await api.database.dataSource.query(
    `insert into parked_event (waits_for, reason, topic, partition, record_offset, key, headers, payload, record_time, parked_at)
     select $1, 'it is unknown', 'lesson.completed', 5, 7 + n, convert_to(key, 'UTF8'), '{}', 'secret', $3, $4
       from unnest($2::text[]) with ordinality as k(key, n)`,
    [awaitedCourseVersion(id), [learner, other].map(({ userId }) => `${id}:${userId}`), at(1), at(2)],
  )
  const body = await explain(pathOf(learner))
  expect(body).toMatchObject({
    title: null,
    cycles: [{ undecided: 'unknown-course-version', percentage: null, rule: null }],
    waiting_events: [
      { topic: 'lesson.completed', partition: 5, offset: '8', reason: 'it is unknown', received_at: at(1), parked_at: at(2) },
    ],
  })
  expect(JSON.stringify(body)).not.toContain('secret')
})

it('shows what only the sweep decided', async () => {
  const { course: it, learner, path } = await api.enrolled({ required: 1 })
  const { course_version_id: courseVersionId, user_id: userId } = learner.key
  const setStatus = (status: string) =>
    api.database.dataSource.query('update completion_ledger set status = $1 where user_id = $2', [status, userId])
  await setStatus('cancelled_by_user')
  await api.member.take(LessonCompletedV1, learner.lesson(it.required[0]!))
  await setStatus('active')
  expect(await explain(path)).toMatchObject({ cycles: [{ undecided: 'awaits-sweep' }] })
  await retryingTransaction(api.database.dataSource, (tx) =>
    decideLedgers(tx, new CourseVersionStore(), [{ courseVersionId, userId }], new Date()),
  )
  expect(await explain(path)).toMatchObject({
    cycles: [{ completion: { detected_by: 'events', detected_from: SWEEP } }],
    text: expect.stringContaining('by the sweep, from the events below'),
  })
})

it('shows evidence of a later cycle in that cycle alone, though it came before the cycle was known', async () => {
  const { course: it, learner, path } = await api.completed({ required: 1 })
  await api.member.take(LessonCompletedV1, learner.lesson(it.required[0]!, 120))
  await api.member.take(EnrollmentChangedV1, learner.enrollment({ revision: 2, cycle: 2, cycle_started_at: at(100) }))
  const evidenceAt = (n: number) => ({ rule: { required: [{ evidence: [{ occurred_at: at(n) }] }] } })
  expect(await explain(path)).toMatchObject({ cycles: [evidenceAt(120), evidenceAt(1)] })
})

it('is plain text for who asks for it', async () => {
  const { learner, path } = await api.enrolled()
  const { body } = await api.call('GET', `${path}/explain`, ADMIN)
  const plain = await api.call(
    'GET',
    `${path}/explain`,
    { sub: learner.userId, claims: { org_id: ORG } },
    undefined,
    'text/plain, */*;q=0.1',
  )
  expect(plain).toMatchObject({ status: 200, type: 'text/plain; charset=utf-8', text: body['text'] })
})
