import { randomUUID } from 'node:crypto'
import { CourseVersionPublishedV1, EnrollmentRequestedV1 } from '@laurel/contracts'
import { Member } from '../consumers/member.fixture'
import { at, course, type Course } from '../events.fixture'
import { progressDatabase, startProgress } from '../progress.module'
import { Api, refusal, report } from './api.fixture'
import { ADMIN, enrolled, everyItem, get, getPage, orgAdmin } from './reads.fixture'

/** Real: the service over HTTP, its database, its tokens. */
const api = new Api()
let member: Member
beforeAll(async () => {
  await api.start(progressDatabase, startProgress)
  member = new Member(api.database.dataSource)
})
afterAll(() => api.stop())

async function publish(change: Parameters<typeof course>[1] = {}): Promise<Course> {
  const it = course({ required: 2 }, change)
  await member.take(CourseVersionPublishedV1, it.version)
  return it
}
const rosterOf = ({ id }: Pick<Course, 'id'>) => `/${id}/roster`
const usersOf = (items: readonly Record<string, unknown>[]) => items.map((item) => item['user_id'])

it('shows everything that is known of an enrollment', async () => {
  const it = await publish()
  const learner = await member.enroll(it)
  const change = { org_id: randomUUID(), due_at: at(99), source_of_enrollment: 'company_assignment' }
  await member.take(EnrollmentRequestedV1, { ...learner.request('enroll', 1), user_id: randomUUID(), ...change })
  await api.patch(learner, report(it.required[0]))
  const { items } = await getPage(api, rosterOf(it), ADMIN)
  const row = (user_id: unknown, over: object) => ({
    user_id,
    course_version_id: it.id,
    org_id: null,
    status: 'active',
    status_reason: null,
    source_of_enrollment: null,
    cycle: 1,
    percentage: 0,
    completed_lessons: 0,
    total_lessons: 2,
    enrolled_at: at(0),
    completed_at: null,
    due_at: null,
    ...over,
  })
  const other = usersOf(items).find((userId) => userId !== learner.userId)
  expect(items.toSorted((a) => (a['user_id'] === learner.userId ? -1 : 1))).toEqual([
    row(learner.userId, { percentage: 50, completed_lessons: 1 }),
    row(other, { ...change, enrolled_at: at(1) }),
  ])
})

describe('filters', () => {
  let full: Course
  const [one, two] = ['aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-0000-4000-8000-000000000002']
  beforeAll(async () => {
    full = await publish()
    await enrolled(api.database, full, [
      { percentage: 0, orgId: one },
      { percentage: 49, orgId: one },
      { percentage: 50, orgId: two },
      { percentage: 100 },
      { status: 'completed', percentage: 30, completedAt: new Date(), orgId: two },
      { status: 'cancelled_by_user', percentage: 70 },
      { status: 'revoked_by_admin', percentage: 100, orgId: two },
    ])
  })
  const shown = async (query: Record<string, string>, caller = ADMIN) =>
    (await getPage(api, rosterOf(full), caller, query)).items
      .map(({ status, percentage }) => `${String(status)} ${String(percentage)}`)
      .sort()

  it.each<[Record<string, string>, string[]]>([
    [{}, ['active 0', 'active 100', 'active 49', 'active 50', 'cancelled_by_user 70', 'completed 100', 'revoked_by_admin 100']],
    [{ status: 'active' }, ['active 0', 'active 100', 'active 49', 'active 50']],
    [{ status: 'completed' }, ['completed 100']],
    [{ status: 'cancelled_by_user' }, ['cancelled_by_user 70']],
    [{ status: 'revoked_by_admin' }, ['revoked_by_admin 100']],
    [{ min_percentage: '50' }, ['active 100', 'active 50', 'cancelled_by_user 70', 'completed 100', 'revoked_by_admin 100']],
    [{ max_percentage: '49' }, ['active 0', 'active 49']],
    [{ min_percentage: '30', max_percentage: '30' }, []],
    [{ min_percentage: '100', status: 'completed' }, ['completed 100']],
    [{ min_percentage: '51', max_percentage: '50' }, []],
    [{ org_id: one }, ['active 0', 'active 49']],
    [{ org_id: two.toUpperCase(), max_percentage: '99' }, ['active 50']],
    [{ org_id: 'aaaaaaaa-0000-4000-8000-000000000003' }, []],
  ])('%j', async (query, expected) => {
    expect(await shown(query)).toEqual(expected)
  })

  it('leave an organisation’s administrator the enrollments of it, none of no organisation', async () => {
    expect(await shown({}, orgAdmin(two))).toEqual(['active 50', 'completed 100', 'revoked_by_admin 100'])
    expect(await shown({ org_id: two }, orgAdmin(two))).toHaveLength(3)
    expect(await shown({}, orgAdmin(randomUUID()))).toEqual([])
  })

  it('are each refused by name when they are malformed', async () => {
    const refused = async (query: Record<string, string>) => refusal(await get(api, rosterOf(full), ADMIN, query))
    for (const value of ['', '0', '201', '-1', '1.5', '1e1', ' 7', 'x']) expect(await refused({ limit: value })).toEqual([400, ['limit']])
    for (const value of ['', '-1', '101', '1.5', 'x']) {
      expect(await refused({ min_percentage: value })).toEqual([400, ['min_percentage']])
      expect(await refused({ max_percentage: value })).toEqual([400, ['max_percentage']])
    }
    for (const value of ['', 'Active', 'revoked']) expect(await refused({ status: value })).toEqual([400, ['status']])
    expect(await refused({ org_id: 'x' })).toEqual([400, ['org_id']])
    expect(await refused({ user_id: randomUUID() })).toEqual([400, ['user_id']])
  })
})

describe('pages', () => {
  it.each([1, 7, 200])('of %i show each of 250 enrollments once in order, whoever enrolls meanwhile', async (limit) => {
    const it = await publish()
    const there = (
      await enrolled(
        api.database,
        it,
        Array.from({ length: 250 }, () => ({})),
      )
    ).sort()
    const joining = () => enrolled(api.database, it, [{}, {}])
    const users = usersOf(await everyItem(api, rosterOf(it), ADMIN, limit, joining))
    expect(users).toEqual([...new Set(users)].sort())
    expect(users.filter((userId) => there.includes(userId as string))).toEqual(there)
  })

  it('go on in the next version of a course', async () => {
    const first = await publish()
    const { course_id } = first.version
    const second = await publish({ course_id, version: 2 })
    const seeds = Array.from({ length: 5 }, () => ({}))
    for (const version of [first, second, await publish()]) await enrolled(api.database, version, seeds)
    const items = await everyItem(api, `/${course_id}/roster`, ADMIN, 3)
    const keys = items.map((item) => `${String(item['course_version_id'])} ${String(item['user_id'])}`)
    expect(keys).toEqual([...new Set(keys)].sort())
    expect(items.map((item) => item['course_version_id'])).toEqual(
      [first.id, second.id].sort().flatMap((id) => Array(5).fill(id) as string[]),
    )
  })

  it('end when the last one is full, and hold nothing for a course without enrollments', async () => {
    const [full, empty] = [await publish(), await publish()]
    await enrolled(api.database, full, [{}, {}])
    expect(await getPage(api, rosterOf(full), ADMIN, { limit: '2' })).toMatchObject({ items: [{}, {}], next_cursor: null })
    expect(await getPage(api, rosterOf(empty), ADMIN)).toEqual({ items: [], next_cursor: null })
  })

  it('are refused with a cursor that is none', async () => {
    const it = await publish()
    await enrolled(api.database, it, [{}, {}])
    const { next_cursor } = await getPage(api, rosterOf(it), ADMIN, { limit: '1' })
    const madeUp = [randomUUID(), `0 ${randomUUID()}`, `${randomUUID()} ${randomUUID()}x`].map((key) =>
      Buffer.from(key).toString('base64url'),
    )
    for (const cursor of ['', 'x', `${next_cursor}A`, `${next_cursor}=`, next_cursor!.slice(1), ...madeUp, '%00', "' or 1=1"]) {
      expect(refusal(await get(api, rosterOf(it), ADMIN, { limit: '1', cursor }))).toEqual([400, ['cursor']])
    }
    const twice = await api.call('GET', `/api/v1/courses${rosterOf(it)}?cursor=${next_cursor}&cursor=${next_cursor}`, ADMIN)
    expect(refusal(twice)).toEqual([400, ['cursor']])
  })
})

describe('access', () => {
  it('is refused to learners, and to an organisation’s administrators for another organisation', async () => {
    const it = await publish()
    const [orgId, userId] = [randomUUID(), randomUUID()]
    await enrolled(api.database, it, [{ orgId, userId }])
    const statusOf = async (caller: Parameters<typeof get>[2], query = {}, path = rosterOf(it)) =>
      (await get(api, path, caller, query)).status
    expect(await statusOf({ sub: userId })).toBe(403)
    expect(await statusOf({ sub: userId, claims: { org_id: orgId } })).toBe(403)
    expect(await statusOf({ sub: randomUUID(), claims: { roles: ['org_admin'] } })).toBe(403)
    expect(await statusOf(orgAdmin(orgId), { org_id: randomUUID() })).toBe(403)
    expect(await statusOf({ sub: userId }, {}, `/${randomUUID()}/roster`)).toBe(403)
    expect(await statusOf({ authorization: null })).toBe(401)
    expect(await statusOf(orgAdmin(orgId))).toBe(200)
    expect(await statusOf(ADMIN)).toBe(200)
    expect(await statusOf(ADMIN, {}, `/${randomUUID()}/roster`)).toBe(404)
    expect(await statusOf(ADMIN, {}, '/x/roster')).toBe(400)
  })

  it('of an organisation’s administrator who is a learner elsewhere does not show that', async () => {
    const it = await publish()
    const orgId = randomUUID()
    const caller = orgAdmin(orgId)
    await enrolled(api.database, it, [{ userId: caller.sub!, orgId: randomUUID() }])
    expect((await getPage(api, rosterOf(it), caller)).items).toEqual([])
  })
})
