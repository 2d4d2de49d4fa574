import type { IncomingHttpHeaders } from 'node:http'
import { Refused, problem } from './reply'

/** A request whose body has arrived whole. */
export interface Request {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** The decoded `:name` segments of the route's path. */
  readonly params: Readonly<Record<string, string>>
  readonly text: string
}

export type JsonObject = Record<string, unknown>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** @throws Refused with 400 when the body is not JSON. */
export function jsonBody(request: Request): unknown {
  try {
    return JSON.parse(request.text)
  } catch {
    throw new Refused(problem(400, 'the body must be JSON', 'body'))
  }
}

/** @throws Refused with 400 when the body is not a JSON object. */
export function objectBody(request: Request): JsonObject {
  const body = jsonBody(request)
  if (!isObject(body)) throw new Refused(problem(400, 'the body must be a JSON object', 'body'))
  return body
}

/** The user name and password of HTTP Basic (RFC 7617), or null when they are missing or malformed. */
export function basicCredentials(request: Request): { user: string; password: string } | null {
  const encoded = /^basic ([a-z0-9+/]+=*)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (encoded === undefined) return null
  const [user = '', ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  return user === '' ? null : { user, password: password.join(':') }
}

/** The bearer token (RFC 6750 section 2.1), or null when it is missing or malformed. */
export function bearerToken(request: Request): string | null {
  return /^bearer ([\w\-.~+/]+=*)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null
}
