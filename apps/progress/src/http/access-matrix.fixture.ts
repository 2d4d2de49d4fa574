import { randomUUID } from 'node:crypto'
import type { Learner } from '../events.fixture'
import { report, type AnswerBody, type Api, type Caller } from './api.fixture'
import { csvOf } from './import.fixture'

/** Who may call with a good token, in the order of a row of `ROUTES`: from the victim and from a learner to administrators. */
export const CALLERS = ['own', 'another learner', 'own organisation', 'another organisation', 'no organisation', 'platform'] as const
export type CallerName = (typeof CALLERS)[number]

/** The organisation that enrolled every victim, and another. */
export const [ORG, OTHER_ORG] = [randomUUID(), randomUUID()]

export function callerOf(name: CallerName, victim: Learner): Caller {
  const callers: Record<CallerName, Caller> = {
    own: { sub: victim.userId, claims: { org_id: ORG } },
    'another learner': { sub: randomUUID(), claims: { org_id: ORG } },
    'own organisation': { sub: randomUUID(), claims: { roles: ['org_admin'], org_id: ORG } },
    'another organisation': { sub: randomUUID(), claims: { roles: ['org_admin'], org_id: OTHER_ORG } },
    'no organisation': { sub: randomUUID(), claims: { roles: ['org_admin'] } },
    platform: { sub: randomUUID(), claims: { roles: ['admin'] } },
  }
  return callers[name]
}

/** Tokens that are no good, of somebody who may do anything; with what RFC 6750, section 3 wants to be told about each. */
export async function badTokens({ iam }: Api, userId: string): Promise<[string, Caller, string][]> {
  const now = Math.floor(Date.now() / 1_000)
  const signed = (claims: object, sub = userId): Caller => ({ sub, claims: { roles: ['learner', 'admin'], ...claims } })
  const bearer = (token: string): Caller => ({ authorization: `Bearer ${token}` })
  const good = await iam.token(userId, { roles: ['learner', 'admin'] })
  const invalid = 'Bearer error="invalid_token"'
  return [
    ['no token', { authorization: null }, 'Bearer'],
    ['another scheme', { authorization: 'Basic dTpw' }, invalid],
    ['no JWT', bearer('x'), invalid],
    ['expired', signed({ exp: now - 60 }), invalid],
    ['without expiry', signed({ exp: undefined }), invalid],
    ['not yet good', signed({ nbf: now + 600 }), invalid],
    ['another audience', signed({ aud: 'elsewhere' }), invalid],
    ['another issuer', signed({ iss: 'https://elsewhere.example' }), invalid],
    ['a subject that is no UUID', signed({}, 'somebody'), invalid],
    ['alg none', bearer(iam.unsigned(userId)), invalid],
    ['an unknown key', bearer(await iam.forged(userId)), invalid],
    ['a signature cut off', bearer(good.replace(/[^.]+$/, '')), invalid],
  ]
}

/** How things stand with the victim before the request. */
export type State = 'active' | 'cancelled' | 'revoked' | 'completed'

/** What is asked about one learner. */
export interface Request {
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Route {
  /** As the OpenAPI document has it. */
  readonly operation: string
  /** Which request of this operation, where there are several. */
  readonly of?: string
  readonly state?: State
  readonly request: (victim: Learner, importId: string) => Request
  /** What each of CALLERS gets. `blind` is a 200 that shows nothing of the victim. */
  readonly gets: readonly (number | 'blind')[]
  /** For 'blind': whether the body of a 200 shows that the victim is there. */
  readonly shows?: (body: AnswerBody, victim: Learner) => boolean
}

const course = (victim: Learner) => `/api/v1/courses/${victim.course.id}`
const named = (victim: Learner) => ({ user_id: victim.userId })
const listed = ({ items }: AnswerBody, victim: Learner) => (items as { user_id: string }[]).some(({ user_id }) => user_id === victim.userId)
const enrollment = (action: string, state: State, gets: Route['gets']): Route => ({
  operation: 'POST /api/v1/enrollments',
  of: action,
  state,
  request: (victim) => ({ path: '/api/v1/enrollments', body: { ...victim.key, action } }),
  gets,
})

/** Every request that there is about a learner's data: a valid one about the victim, whoever makes it. */
export const ROUTES: readonly Route[] = [
  {
    operation: 'GET /api/v1/courses',
    request: (victim) => ({ path: '/api/v1/courses', query: named(victim) }),
    gets: [200, 403, 200, 403, 403, 200],
  },
  {
    operation: 'GET /api/v1/courses/{id}/progress',
    request: (victim) => ({ path: `${course(victim)}/progress`, query: named(victim) }),
    gets: [200, 403, 200, 403, 403, 200],
  },
  {
    operation: 'GET /api/v1/courses/{id}/cycles',
    request: (victim) => ({ path: `${course(victim)}/cycles`, query: named(victim) }),
    gets: [200, 403, 200, 403, 403, 200],
  },
  {
    // Acts on the caller alone, who is not enrolled when they are not the victim.
    operation: 'PATCH /api/v1/courses/{id}/progress',
    request: (victim) => ({ path: `${course(victim)}/progress`, body: report(victim.course.required[1], 50) }),
    gets: [200, 404, 404, 404, 404, 404],
  },
  {
    operation: 'PATCH /api/v1/courses/{id}/progress',
    of: 'somebody named',
    request: (victim) => ({ path: `${course(victim)}/progress`, body: { ...report(victim.course.required[1]), ...named(victim) } }),
    gets: [400, 400, 400, 400, 400, 400],
  },
  {
    operation: 'POST /api/v1/courses/{id}/quiz-attempts',
    request: (victim) => ({ path: `${course(victim)}/quiz-attempts`, body: { quiz_id: victim.course.quizzes[0], score: 80 } }),
    gets: [201, 404, 404, 404, 404, 404],
  },
  {
    operation: 'GET /api/v1/courses/{id}/roster',
    request: (victim) => ({ path: `${course(victim)}/roster`, query: { limit: '200' } }),
    gets: [403, 403, 200, 'blind', 403, 200],
    shows: listed,
  },
  {
    operation: 'GET /api/v1/courses/{id}/roster',
    of: 'the organisation',
    request: (victim) => ({ path: `${course(victim)}/roster`, query: { org_id: ORG, limit: '200' } }),
    gets: [403, 403, 200, 403, 403, 200],
    shows: listed,
  },
  {
    operation: 'GET /api/v1/courses/{id}/statistics',
    request: (victim) => ({ path: `${course(victim)}/statistics` }),
    gets: [403, 403, 200, 'blind', 403, 200],
    shows: ({ enrolled }) => enrolled !== 0,
  },
  {
    operation: 'GET /api/v1/courses/{id}/statistics',
    of: 'the organisation',
    request: (victim) => ({ path: `${course(victim)}/statistics`, query: { org_id: ORG } }),
    gets: [403, 403, 200, 403, 403, 200],
    shows: ({ enrolled }) => enrolled !== 0,
  },
  enrollment('enroll', 'cancelled', [201, 403, 201, 403, 403, 201]),
  enrollment('cancel', 'active', [201, 403, 201, 403, 403, 201]),
  enrollment('revoke', 'active', [403, 403, 201, 403, 403, 201]),
  enrollment('reactivate', 'revoked', [403, 403, 201, 403, 403, 201]),
  enrollment('open_cycle', 'completed', [403, 403, 201, 403, 403, 201]),
  {
    operation: 'PUT /api/v1/imports/{import_id}',
    request: (victim) => ({
      path: `/api/v1/imports/${randomUUID()}`,
      body: csvOf([{ record: 'lesson', ...victim.key, ...report(victim.course.required[1], 50, '2026-01-05T00:00:00.000Z') }]),
      headers: { 'content-type': 'text/csv' },
    }),
    gets: [403, 403, 403, 403, 403, 200],
  },
  {
    operation: 'GET /api/v1/imports/{import_id}',
    request: (_, importId) => ({ path: `/api/v1/imports/${importId}` }),
    gets: [403, 403, 403, 403, 403, 200],
  },
  {
    operation: 'GET /api/v1/learners/{user_id}/export',
    request: (victim) => ({ path: `/api/v1/learners/${victim.userId}/export` }),
    gets: [200, 403, 403, 403, 403, 200],
  },
  {
    operation: 'DELETE /api/v1/learners/{user_id}',
    request: (victim) => ({ path: `/api/v1/learners/${victim.userId}` }),
    gets: [403, 403, 403, 403, 403, 200],
  },
]
