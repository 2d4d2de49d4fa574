import { randomUUID } from 'node:crypto'
import { EnrollmentChangedV1, enrollmentChangedId } from '@laurel/contracts'
import { announced, at, course, Learner } from '../events.fixture'
import { progressDatabase, startProgress } from '../progress.module'
import { Api, refusal } from './api.fixture'

/** Real: the service over HTTP, its database, its tokens. */
const api = new Api()
beforeAll(() => api.start(progressDatabase, startProgress))
afterAll(() => api.stop())

const ADMIN = { claims: { roles: ['admin'] } }
const changes = (learner: Learner) => announced(api.database.dataSource, learner, EnrollmentChangedV1.topic)
/** A learner who is nowhere yet, and a request of theirs. */
function fresh() {
  const learner = new Learner(course({ required: 1 }))
  const wish = (change: Record<string, unknown> = {}) => ({ course_version_id: learner.key.course_version_id, action: 'enroll', ...change })
  return { learner, wish }
}

it('enrolls the caller, also in a course version that is not known yet, and announces it', async () => {
  const { learner, wish } = fresh()
  const orgId = randomUUID()
  const details = { source_of_enrollment: 'company 🎓', org_id: orgId, due_at: at(900), reason: 'assigned 🎓', requested_at: at(3) }
  const { status, body } = await api.enrollment(learner, wish(details), { claims: { org_id: orgId } })
  expect(status).toBe(201)
  expect(body).toEqual({
    ...learner.key,
    status: 'active',
    status_reason: 'assigned 🎓',
    cycle: 1,
    cycle_started_at: '1970-01-01T00:00:00.000Z',
    revision: expect.any(Number),
    enrolled_at: at(3),
    completed_at: null,
    due_at: at(900),
    source_of_enrollment: 'company 🎓',
    org_id: orgId,
  })
  const { revision } = body as unknown as { revision: number }
  expect(await changes(learner)).toMatchObject([
    { id: enrollmentChangedId({ ...learner.key, revision }), data: { revision, org_id: orgId, due_at: at(900) } },
  ])
})

it('answers a repeat the same, at once or later, with a time or without, and announces nothing more', async () => {
  for (const details of [{}, { requested_at: at(3) }]) {
    const { learner, wish } = fresh()
    const first = await api.enrollment(learner, wish(details))
    const repeats = await Promise.all(Array.from({ length: 8 }, () => api.enrollment(learner, wish(details))))
    expect(repeats.map(({ status, body }) => [status, body])).toEqual(repeats.map(() => [first.status, first.body]))
    expect(await changes(learner)).toHaveLength(1)
  }
})

it('answers rivals the same when the first request arrives several times at once', async () => {
  for (let round = 0; round < 10; round++) {
    const { learner, wish } = fresh()
    const answers = await Promise.all(Array.from({ length: 6 }, () => api.enrollment(learner, wish({ requested_at: at(3) }))))
    expect(answers.map(({ status, body }) => [status, body])).toEqual(answers.map(() => [201, answers[0]!.body]))
    expect(await changes(learner)).toHaveLength(1)
  }
})

it('takes ids in upper case as the same', async () => {
  const { learner, wish } = fresh()
  const orgId = randomUUID()
  const loud = {
    course_version_id: learner.key.course_version_id.toUpperCase(),
    user_id: learner.userId.toUpperCase(),
    org_id: orgId.toUpperCase(),
  }
  const first = await api.enrollment(learner, wish(loud), { sub: learner.userId.toUpperCase(), claims: { org_id: orgId.toUpperCase() } })
  expect(first.body).toMatchObject({ ...learner.key, org_id: orgId })
  expect((await api.enrollment(learner, wish())).body).toEqual(first.body)
  expect((await changes(learner)).map(({ key }) => key)).toEqual([`${learner.key.course_version_id}:${learner.userId}`])
})

it('cancels and enrolls again, each with a higher revision; the order of requested_at counts', async () => {
  const { learner, wish } = fresh()
  const answers = []
  for (const [n, action] of ['enroll', 'cancel', 'enroll'].entries())
    answers.push((await api.enrollment(learner, wish({ action, requested_at: at(n + 1) }))).body)
  expect(answers.map(({ status }) => status)).toEqual(['active', 'cancelled_by_user', 'active'])
  const revisions = answers.map(({ revision }) => revision as number)
  expect(revisions).toEqual([...new Set(revisions)].toSorted((a, b) => a - b))
  expect((await api.enrollment(learner, wish({ action: 'cancel', requested_at: at(2) }))).body).toEqual(answers[2])
  await api.enrollment(learner, wish({ requested_at: at(50) }))
  expect((await api.enrollment(learner, wish({ action: 'cancel', requested_at: at(40) }))).body).toEqual(answers[2])
})

describe('refuses', () => {
  it('a learner what is for administrators', async () => {
    const { learner, wish } = fresh()
    await api.enrollment(learner, wish({ requested_at: at(1) }))
    for (const action of ['revoke', 'reactivate', 'open_cycle']) expect((await api.enrollment(learner, wish({ action }))).status).toBe(403)
    expect((await api.enrollment(learner, wish({ action: 'revoke' }), ADMIN)).body).toMatchObject({ status: 'revoked_by_admin' })
    expect((await api.enrollment(learner, wish())).status).toBe(409)
    expect((await api.enrollment(learner, wish({ action: 'reactivate' }), ADMIN)).body).toMatchObject({ status: 'active' })
    expect(await api.enrollment(learner, wish({ action: 'open_cycle' }), ADMIN)).toMatchObject({
      status: 409,
      body: { detail: 'action open_cycle: cycle 1 is active, neither completed nor revoked' },
    })
  })

  it('another organisation than the token’s', async () => {
    const { learner, wish } = fresh()
    expect((await api.enrollment(learner, wish({ org_id: randomUUID() }))).status).toBe(403)
    expect((await api.enrollment(learner, wish({ org_id: randomUUID() }), { claims: { org_id: randomUUID() } })).status).toBe(403)
    expect(await changes(learner)).toEqual([])
    expect((await api.enrollment(learner, wish({ org_id: randomUUID() }), ADMIN)).status).toBe(201)
  })

  it('to cancel what is not there: 404', async () => {
    const { learner, wish } = fresh()
    expect((await api.enrollment(learner, wish({ action: 'cancel' }))).status).toBe(404)
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['no course version', { course_version_id: undefined }, 'course_version_id'],
    ['a course version that is no UUID', { course_version_id: 'x' }, 'course_version_id'],
    ['null as course version', { course_version_id: null }, 'course_version_id'],
    ['an unknown action', { action: 'delete' }, 'action'],
    ['an action that all objects have', { action: 'constructor' }, 'action'],
    ['null as learner', { user_id: null }, 'user_id'],
    ['a learner that is no UUID', { user_id: 'x' }, 'user_id'],
    ['null as organisation', { org_id: null }, 'org_id'],
    ['null as reason', { reason: null }, 'reason'],
    ['a reason of 501 characters', { reason: 'x'.repeat(501) }, 'reason'],
    ['a reason with a NUL', { reason: 'a\u0000b' }, 'reason'],
    ['a reason that is no text', { reason: 7 }, 'reason'],
    ['a source with a NUL', { source_of_enrollment: 'a\u0000b' }, 'source_of_enrollment'],
    ['a source with half of a surrogate pair', { source_of_enrollment: 'a\ud800b' }, 'source_of_enrollment'],
    ['a source of 101 characters', { source_of_enrollment: 'x'.repeat(101) }, 'source_of_enrollment'],
    [
      'a source of 101 characters that look like fewer',
      { source_of_enrollment: `${'x'.repeat(60)}${'x\ufe0f'.repeat(21)}` },
      'source_of_enrollment',
    ],
    ['a source that is no text', { source_of_enrollment: 7 }, 'source_of_enrollment'],
    ['null as source', { source_of_enrollment: null }, 'source_of_enrollment'],
    ['a due date that does not exist', { due_at: '2026-02-30T00:00:00Z' }, 'due_at'],
    ['a due date before 1970', { due_at: '0000-01-01T00:00:00Z' }, 'due_at'],
    ['a due date after 9999', { due_at: '9999-12-31T23:59:59-01:00' }, 'due_at'],
    ['null as due date', { due_at: null }, 'due_at'],
    ['null as time of the request', { requested_at: null }, 'requested_at'],
    ['an unknown field', { revision: 1 }, 'revision'],
  ])('%s, for everyone: 400 with the field', async (_, change, field) => {
    const { learner, wish } = fresh()
    expect(refusal(await api.enrollment(learner, wish(change)))).toEqual([400, [field]])
    expect(refusal(await api.enrollment(learner, wish(change), ADMIN))).toEqual([400, [field]])
    expect(await changes(learner)).toEqual([])
  })
})

it('opens a further cycle after a revocation, and tells the reasons of both', async () => {
  const { learner, wish } = fresh()
  const ask = async (action: string, reason?: string) =>
    (await api.enrollment(learner, wish({ action, ...(reason && { reason }) }), ADMIN)).body
  await ask('enroll')
  expect(await ask('revoke', 'x'.repeat(500))).toMatchObject({ status: 'revoked_by_admin', status_reason: 'x'.repeat(500) })
  const opened = await ask('open_cycle', 'paid at last')
  expect(opened).toMatchObject({ status: 'active', status_reason: 'paid at last', cycle: 2, completed_at: null })
  expect(Date.parse(opened['cycle_started_at'] as string)).toBeGreaterThan(Date.now() - 60_000)
  expect((await changes(learner)).map(({ data }) => [data['cycle'], data['status']])).toEqual([
    [1, 'active'],
    [1, 'revoked_by_admin'],
    [2, 'active'],
  ])
})

describe('the administrator of an organisation', () => {
  const orgId = randomUUID()
  const ORG_ADMIN = { sub: randomUUID(), claims: { roles: ['org_admin'], org_id: orgId } }
  const ACTIONS = ['cancel', 'revoke', 'reactivate', 'open_cycle', 'enroll']
  /** One learner, enrolled by an organisation or by nobody. */
  async function enrolledBy(org_id?: string) {
    const { learner, wish } = fresh()
    await api.enrollment(learner, wish({ ...(org_id && { org_id }) }), ADMIN)
    return { learner, ask: (change: object) => api.enrollment(learner, wish({ user_id: learner.userId, ...change }), ORG_ADMIN) }
  }

  it('enrolls learners for it, cancels, revokes, reactivates and opens cycles', async () => {
    const { learner, wish } = fresh()
    const ask = (action: string, change = {}) => api.enrollment(learner, wish({ user_id: learner.userId, action, ...change }), ORG_ADMIN)
    const first = await ask('enroll', { org_id: orgId })
    expect(first).toMatchObject({ status: 201, body: { ...learner.key, org_id: orgId } })
    expect((await ask('enroll', { org_id: orgId })).body).toEqual(first.body)
    const statuses = []
    for (const action of ['cancel', 'enroll', 'revoke', 'reactivate', 'revoke', 'open_cycle'])
      statuses.push((await ask(action)).body['status'])
    expect(statuses).toEqual(['cancelled_by_user', 'active', 'revoked_by_admin', 'active', 'revoked_by_admin', 'active'])
    expect((await ask('cancel')).body).toMatchObject({ cycle: 2 })
  })

  it('enrolls for no other organisation, and not without one', async () => {
    const { learner, wish } = fresh()
    for (const org_id of [randomUUID(), undefined])
      expect((await api.enrollment(learner, wish({ user_id: learner.userId, org_id }), ORG_ADMIN)).status).toBe(403)
    expect(await changes(learner)).toEqual([])
  })

  it.each([
    ['another organisation', randomUUID()],
    ['none', undefined],
  ])('does nothing to an enrollment of %s, and is told no more than of one that is not there', async (_, org_id) => {
    const [theirs, absent] = [await enrolledBy(org_id), fresh()]
    const details = new Set<string>()
    for (const action of ACTIONS) {
      for (const org of [undefined, orgId]) {
        const answer = await theirs.ask({ action, org_id: org })
        expect(answer.status).toBe(403)
        details.add(answer.body.detail)
      }
    }
    const unknown = absent.wish({ user_id: absent.learner.userId, action: 'cancel' })
    details.add((await api.enrollment(absent.learner, unknown, ORG_ADMIN)).body.detail)
    expect([...details]).toEqual(['this is not an enrollment of the organisation of the token'])
    expect(await changes(theirs.learner)).toHaveLength(1)
  })

  it('is nobody without an organisation in the token, or with the role of another', async () => {
    const { learner, wish } = fresh()
    await api.enrollment(learner, wish({ org_id: orgId }), ADMIN)
    for (const claims of [{ roles: ['org_admin'] }, { roles: ['learner'], org_id: orgId }, { org_id: orgId }]) {
      for (const action of ACTIONS) {
        const answer = await api.enrollment(learner, wish({ user_id: learner.userId, action }), { sub: randomUUID(), claims })
        expect(answer).toMatchObject({ status: 403, body: { detail: 'only an administrator may act for another learner' } })
      }
    }
    expect(await changes(learner)).toHaveLength(1)
  })
})

it('takes the longest source and the last due date, and announces them as its contract says', async () => {
  const { learner, wish } = fresh()
  const details = { source_of_enrollment: '🎓'.repeat(100), due_at: '9999-12-31T23:59:59.999Z' }
  expect((await api.enrollment(learner, wish(details))).body).toMatchObject(details)
  expect(await changes(learner)).toMatchObject([{ data: details }])
})
