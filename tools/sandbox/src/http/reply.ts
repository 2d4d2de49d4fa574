import { STATUS_CODES } from 'node:http'

/** What a route answers; it is data, so that a fault can withhold it after the effect. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** A JSON value; absent means no body. */
  readonly body?: unknown
  /** Instead of `body`: text that is sent as it comes. */
  readonly stream?: AsyncIterable<string>
}

/** Thrown by anything below a route that cannot go on; the server sends its reply. */
export class Refused extends Error {
  constructor(readonly reply: Reply) {
    super(`refused with ${reply.status}`)
  }
}

/**
 * An RFC 9457 problem.
 *
 * @param detail what is wrong and what to do
 * @param field the wrong field, parameter or header, when there is one
 */
export function problem(status: number, detail: string, field?: string, headers?: Record<string, string>): Reply {
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: { type: 'about:blank', title: STATUS_CODES[status], status, detail, ...(field && { field }) },
  }
}
