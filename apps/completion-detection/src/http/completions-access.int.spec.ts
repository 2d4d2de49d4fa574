import { randomUUID } from 'node:crypto'
import { completionDatabase } from '../completion-detection.module'
import { Member } from '../consumers/member.fixture'
import { Learner } from '../events.fixture'
import { CompletionsApi, ORG, pathOf, type Caller } from './completions-api.fixture'

/** Real: the routes over HTTP, Postgres, tokens. Everybody is enrolled by ORG. */
const api = new CompletionsApi()
beforeAll(() => api.start(completionDatabase, Member))
afterAll(() => api.stop())

const callers: Readonly<Record<string, (victim: Learner) => Caller | null>> = {
  'the learner': ({ userId }) => ({ sub: userId, claims: { org_id: ORG } }),
  'another learner': () => ({ sub: randomUUID(), claims: { org_id: ORG } }),
  'own organisation': () => ({ sub: randomUUID(), claims: { roles: ['org_admin'], org_id: ORG } }),
  'another organisation': () => ({ sub: randomUUID(), claims: { roles: ['org_admin'], org_id: randomUUID() } }),
  'no organisation': () => ({ sub: randomUUID(), claims: { roles: ['org_admin'] } }),
  platform: () => ({ sub: randomUUID(), claims: { roles: ['admin'] } }),
  nobody: () => null,
}

interface Route {
  readonly name: string
  readonly method: 'GET' | 'POST'
  readonly path: (victim: Learner) => string
  readonly body?: object
  /** Whether the learner is complete already. */
  readonly isComplete?: boolean
  /** What each of `callers` gets. */
  readonly gets: readonly number[]
}

const routes: readonly Route[] = [
  { name: 'read', method: 'GET', path: pathOf, gets: [200, 403, 200, 403, 403, 200, 401] },
  { name: 'explain', method: 'GET', path: (victim) => `${pathOf(victim)}/explain`, gets: [200, 403, 200, 403, 403, 200, 401] },
  { name: 'complete', method: 'POST', path: pathOf, body: { reason: 'Why not' }, gets: [403, 403, 201, 403, 403, 201, 401] },
  {
    name: 'revoke',
    method: 'POST',
    path: (victim) => `${pathOf(victim)}/revoke`,
    body: { reason: 'Why not' },
    isComplete: true,
    gets: [403, 403, 200, 403, 403, 200, 401],
  },
  { name: 'detections', method: 'GET', path: () => 'detections', gets: [403, 403, 403, 403, 403, 200, 401] },
]

const cells = routes.flatMap((route) => Object.keys(callers).map((name, n) => [route.name, name, route.gets[n]!, route] as const))

it.each(cells)('%s by %s: %s', async (_, name, gets, { method, path, body, isComplete }) => {
  const { course, learner } = await (isComplete ? api.completed() : api.enrolled())
  const caller = callers[name]!(learner)
  const before = await api.contents()
  const answer = await api.call(method, path(learner), caller, body)
  expect(answer.status).toBe(gets)
  const isWritten = method === 'POST' && gets < 300
  expect(JSON.stringify(await api.contents()) !== JSON.stringify(before)).toBe(isWritten)
  if (gets !== 403) return
  // The same is answered about somebody who is nowhere, and nothing that names the learner.
  const other = await api.call(method, path(new Learner(course)), caller, body)
  expect([other.status, other.text]).toEqual([answer.status, answer.text])
  expect(answer.text).not.toContain(learner.userId)
})

it('is 404 about a learner who is nowhere, for the administrator and for themself', async () => {
  const { course } = await api.enrolled()
  const sub = randomUUID()
  for (const caller of [{ sub }, { sub: randomUUID(), claims: { roles: ['admin'] } }])
    expect((await api.call('GET', `completions/${sub}/${course.version.course_version_id}`, caller)).status).toBe(404)
})

it('shows a learner whom no organisation enrolled to no organisation', async () => {
  const { learner } = await api.enrolled()
  await api.database.dataSource.query('update completion_ledger set org_id = null where user_id = $1', [learner.userId])
  for (const name of ['own organisation', 'no organisation'])
    expect((await api.call('GET', pathOf(learner), callers[name]!(learner))).status).toBe(403)
})
