import { problem, type Reply } from '../http/reply'
import { objectBody, type Request } from '../http/request'
import type { Route } from '../http/router'
import { readLearner, type GraphyLearner } from './learner'

const MAX_PAGE = 50
const DEFAULT_PAGE = 10

/**
 * Graphy: its learners, as its public API lists them in pages (`limit` at most 50, `skip`), by one e-mail where
 * `query={"email": …}` asks for it, with their courses where `courseInfo=true`. `POST /graphy/_learners {learners}` adds or
 * replaces learners by id, so that one may complete late; `DELETE` forgets all, and so does a restart.
 */
export function graphyRoutes(): Route[] {
  const learners = new Map<string, GraphyLearner>()
  return [
    { method: 'GET', path: '/graphy/public/v2/learners', target: 'graphy', answer: (request) => list([...learners.values()], request) },
    {
      method: 'POST',
      path: '/graphy/_learners',
      answer: (request) => {
        const given = objectBody(request)['learners']
        if (!Array.isArray(given)) return problem(400, 'learners must be a list', 'learners')
        for (const learner of given.map(readLearner)) learners.set(learner.id, learner)
        return { status: 200, body: { total: learners.size } }
      },
    },
    {
      method: 'DELETE',
      path: '/graphy/_learners',
      answer: () => {
        learners.clear()
        return { status: 204 }
      },
    },
  ]
}

function list(learners: readonly GraphyLearner[], { query }: Request): Reply {
  for (const name of ['mid', 'key']) if (!query.get(name)) return problem(401, `send the parameters mid and key`, name)
  const limit = wholeNumber(query.get('limit'), DEFAULT_PAGE)
  const skip = wholeNumber(query.get('skip'), 0)
  if (limit === null || limit < 1) return problem(400, 'limit must be a whole number from 1', 'limit')
  if (skip === null) return problem(400, 'skip must be a whole number', 'skip')
  const email = wantedEmail(query.get('query'))
  if (email === null) return problem(400, 'query must be {"email": a text} as JSON', 'query')
  const found = email === undefined ? learners : learners.filter((learner) => learner.email.toLowerCase() === email.toLowerCase())
  const page = found.slice(skip, skip + Math.min(limit, MAX_PAGE))
  const withCourses = query.get('courseInfo') === 'true'
  return { status: 200, body: { data: withCourses ? page : page.map(({ id, email }) => ({ id, email })), total: found.length } }
}

function wholeNumber(text: string | null, otherwise: number): number | null {
  if (text === null) return otherwise
  return /^\d{1,9}$/.test(text) ? Number(text) : null
}

/** Undefined where nothing is asked for, null for anything but an e-mail. */
function wantedEmail(text: string | null): string | null | undefined {
  if (text === null) return undefined
  try {
    const { email } = JSON.parse(text) as { email?: unknown }
    return typeof email === 'string' ? email : null
  } catch {
    return null
  }
}
