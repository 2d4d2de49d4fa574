import { randomUUID } from 'node:crypto'
import { completionId, courseCompletionRevokedId, EnrollmentChangedV1, LessonCompletedV1 } from '@laurel/contracts'
import { completionDatabase } from '../completion-detection.module'
import { Member } from '../consumers/member.fixture'
import { at, course, Learner } from '../events.fixture'
import { ADMIN, CompletionsApi, ORG_ADMIN, pathOf, refusal } from './completions-api.fixture'

/** Real: the routes over HTTP, Postgres, tokens. Events are handed to the consumers. */
const api = new CompletionsApi()
beforeAll(() => api.start(completionDatabase, Member))
afterAll(() => api.stop())

const REASON = 'Shown on paper'
const read = async (path: string) => (await api.call('GET', path, ADMIN)).body
const outboxOf = async ({ key }: Learner) =>
  (
    await api.database.dataSource.query<{ ce_id: string }[]>(`select headers->>'ce_id' as ce_id from outbox where key = $1 order by id`, [
      Buffer.from(`${key.course_version_id}:${key.user_id}`),
    ])
  ).map((row) => row.ce_id)
const openSecond = (learner: Learner) =>
  api.member.take(EnrollmentChangedV1, learner.enrollment({ revision: 2, cycle: 2, cycle_started_at: at(100) }))

describe('GET', () => {
  it('tells how far the open cycle is', async () => {
    const { learner, course, path } = await api.enrolled({ required: 3 })
    await api.member.take(LessonCompletedV1, learner.lesson(course.required[0]!))
    expect(await read(path)).toEqual({
      ...learner.key,
      course_id: course.version.course_id,
      title: 'Handling food safely',
      enrollment_status: 'active',
      is_complete: false,
      percentage: 33,
      cycles: [{ cycle: 1, started_at: '1970-01-01T00:00:00.000Z', closed_at: null, completion: null }],
    })
  })

  it('tells the completion of every cycle, the open one first', async () => {
    const { learner, path } = await api.completed()
    const completion = {
      completion_id: completionId({ ...learner.key, cycle: 1 }),
      cycle: 1,
      completed_at: at(2),
      detected_at: expect.stringMatching(/Z$/),
      detected_by: 'events',
      detected_from: null,
      reason: null,
      score: null,
      rule_hash: expect.stringMatching(/^[0-9a-f-]{36}$/),
      revocation: null,
    }
    const first = { cycle: 1, started_at: '1970-01-01T00:00:00.000Z', closed_at: null, completion }
    expect(await read(path)).toMatchObject({ is_complete: true, percentage: 100, cycles: [first] })
    await openSecond(learner)
    expect(await read(path)).toMatchObject({
      is_complete: false,
      percentage: 0,
      cycles: [
        { cycle: 2, started_at: at(100), closed_at: null, completion: null },
        { ...first, closed_at: at(100) },
      ],
    })
  })

  it('takes ids in any case, and refuses what is none', async () => {
    const { learner, path } = await api.enrolled()
    const upper = path.toUpperCase().replace('COMPLETIONS', 'completions')
    expect((await api.call('GET', upper, { sub: learner.userId })).body).toMatchObject(learner.key)
    expect(refusal(await api.call('GET', `completions/x/${randomUUID()}`, ADMIN))).toEqual([400, ['userId']])
    expect(refusal(await api.call('GET', `completions/${randomUUID()}/x`, ADMIN))).toEqual([400, ['courseVersionId']])
  })
})

describe('completing by hand', () => {
  it('completes the open cycle with the reason and who it was, and announces it', async () => {
    const { learner, path } = await api.enrolled()
    const answer = await api.call('POST', path, ORG_ADMIN, { reason: REASON, completed_at: at(5) })
    expect(answer).toMatchObject({
      status: 201,
      body: {
        is_complete: true,
        percentage: 100,
        cycles: [{ completion: { completed_at: at(5), detected_by: 'manual', detected_from: ORG_ADMIN.sub, reason: REASON } }],
      },
    })
    expect(await read(path)).toEqual(answer.body)
    expect(await outboxOf(learner)).toEqual([completionId({ ...learner.key, cycle: 1 })])
  })

  it('dates it now unless told, in a later cycle too', async () => {
    const { learner, path } = await api.completed()
    await openSecond(learner)
    const before = Date.now()
    const { cycles } = (await api.call('POST', path, ADMIN, { reason: REASON })).body as unknown as {
      cycles: [{ completion: { cycle: number; completed_at: string } }]
    }
    expect(cycles[0].completion.cycle).toBe(2)
    expect(Date.parse(cycles[0].completion.completed_at)).toBeGreaterThanOrEqual(before)
  })

  it('can be done in every cycle by the same person', async () => {
    const { learner, path } = await api.enrolled()
    await api.call('POST', path, ADMIN, { reason: REASON, completed_at: at(5) })
    await openSecond(learner)
    expect((await api.call('POST', path, ADMIN, { reason: REASON, completed_at: at(105) })).status).toBe(201)
    expect(await outboxOf(learner)).toEqual([1, 2].map((cycle) => completionId({ ...learner.key, cycle })))
  })

  it('is refused with 409 where it decides nothing, and then keeps nothing', async () => {
    const [complete, cancelled, second] = [await api.completed(), await api.enrolled(), await api.completed()]
    await api.member.take(EnrollmentChangedV1, cancelled.learner.enrollment({ revision: 2, status: 'cancelled_by_user' }))
    await openSecond(second.learner)
    const before = await api.contents()
    for (const [{ path }, fields] of [
      [complete, []],
      [cancelled, []],
      [second, ['completed_at']],
    ] as const)
      expect(refusal(await api.call('POST', path, ADMIN, { reason: REASON, completed_at: at(50) }))).toEqual([409, fields])
    expect(await api.contents()).toEqual(before)
  })

  it('is 404 where nothing is known, and while the course version is unknown', async () => {
    const [nobody, early] = [new Learner(course({})), new Learner(course({ required: 1 }))]
    await api.member.take(EnrollmentChangedV1, early.enrollment())
    const before = await api.contents()
    for (const learner of [nobody, early]) expect((await api.call('POST', pathOf(learner), ADMIN, { reason: REASON })).status).toBe(404)
    expect(await api.contents()).toEqual(before)
  })
})

describe('revoking', () => {
  it('withdraws the latest completion with the reason and who it was; a repeat gives the same answer', async () => {
    const { learner, path } = await api.completed()
    const first = await api.call('POST', `${path}/revoke`, ORG_ADMIN, { reason: 'Taken by somebody else' })
    expect(first).toMatchObject({
      status: 200,
      body: { cycle: 1, completed_at: at(2), revocation: { revoked_by: ORG_ADMIN.sub, reason: 'Taken by somebody else' } },
    })
    const repeat = await api.call('POST', `${path}/revoke`, ADMIN, { reason: 'Another reason', cycle: 1 })
    expect([repeat.status, repeat.body]).toEqual([200, first.body])
    const id = completionId({ ...learner.key, cycle: 1 })
    expect(await outboxOf(learner)).toEqual([id, courseCompletionRevokedId(id)])
    expect(await read(path)).toMatchObject({ is_complete: false, percentage: 100 })
  })

  it('is final: the cycle cannot be completed by hand any more', async () => {
    const { path } = await api.completed()
    await api.call('POST', `${path}/revoke`, ADMIN, { reason: REASON })
    expect((await api.call('POST', path, ADMIN, { reason: REASON })).status).toBe(409)
  })

  it('is 404 where there is no completion, or none in that cycle', async () => {
    const [open, complete] = [await api.enrolled(), await api.completed()]
    const before = await api.contents()
    expect((await api.call('POST', `${open.path}/revoke`, ADMIN, { reason: REASON })).status).toBe(404)
    expect((await api.call('POST', `${complete.path}/revoke`, ADMIN, { reason: REASON, cycle: 2 })).status).toBe(404)
    expect((await api.call('POST', `${pathOf(new Learner(course({})))}/revoke`, ADMIN, { reason: REASON })).status).toBe(404)
    expect(await api.contents()).toEqual(before)
  })
})

describe('a body', () => {
  const tooLong = 'x'.repeat(501)
  it.each([
    ['', {}, 'reason'],
    ['', { reason: '' }, 'reason'],
    ['', { reason: ' \n ' }, 'reason'],
    ['', { reason: null }, 'reason'],
    ['', { reason: 7 }, 'reason'],
    ['', { reason: tooLong }, 'reason'],
    ['', { reason: 'a\u0000b' }, 'reason'],
    ['', { reason: '\ud800' }, 'reason'],
    ['', { reason: REASON, completed_at: null }, 'completed_at'],
    ['', { reason: REASON, completed_at: '2026-02-30T00:00:00.000Z' }, 'completed_at'],
    ['', { reason: REASON, completed_at: '2026-01-05' }, 'completed_at'],
    ['', { reason: REASON, user_id: randomUUID() }, 'user_id'],
    ['/revoke', {}, 'reason'],
    ['/revoke', { reason: ' ' }, 'reason'],
    ['/revoke', { reason: REASON, cycle: 0 }, 'cycle'],
    ['/revoke', { reason: REASON, cycle: 1.5 }, 'cycle'],
    ['/revoke', { reason: REASON, cycle: '1' }, 'cycle'],
    ['/revoke', { reason: REASON, cycle: 2 ** 31 }, 'cycle'],
    ['/revoke', { reason: REASON, cycle: null }, 'cycle'],
    ['/revoke', { reason: REASON, completed_at: at(1) }, 'completed_at'],
  ])('of POST%s that is %j is refused, naming %s', async (route, body, field) => {
    const { path } = await api.completed()
    const before = await api.contents()
    expect(refusal(await api.call('POST', path + route, ADMIN, body))).toEqual([400, [field]])
    expect(await api.contents()).toEqual(before)
  })

  it('may have a reason of several lines, as long as it may be', async () => {
    const { path } = await api.enrolled()
    expect((await api.call('POST', path, ADMIN, { reason: `${'ä'.repeat(498)}\nb` })).status).toBe(201)
  })
})
