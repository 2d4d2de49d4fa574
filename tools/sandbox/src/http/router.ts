import type { Target } from '../targets'
import { Refused, problem, type Reply } from './reply'
import type { Request } from './request'

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Literal segments and `:name` segments; a trailing slash in the request is ignored. */
  readonly path: string
  /** The target whose fault this route meets; a route without one never fails on purpose. */
  readonly target?: Target
  readonly answer: (request: Request) => Reply | Promise<Reply>
}

export interface Match {
  readonly route: Route
  readonly params: Record<string, string>
}

/** @throws Refused with 404 for an unknown path, 405 for a known path with another method. */
export function findRoute(routes: readonly Route[], method: string, path: string): Match {
  const allowed: string[] = []
  for (const route of routes) {
    const params = matchPath(route.path, path)
    if (params === null) continue
    if (route.method === method) return { route, params }
    allowed.push(route.method)
  }
  if (allowed.length === 0) throw new Refused(problem(404, `nothing is at ${path}`))
  const allow = allowed.join(', ')
  throw new Refused(problem(405, `${path} takes ${allow}`, undefined, { allow }))
}

function matchPath(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/')
  const given = path.replace(/\/$/, '').split('/')
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [i, segment] of wanted.entries()) {
    if (segment.startsWith(':')) params[segment.slice(1)] = decode(given[i]!)
    else if (segment !== given[i]) return null
  }
  return params
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new Refused(problem(400, `the path segment ${segment} is not percent-encoded UTF-8`))
  }
}
