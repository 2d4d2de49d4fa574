import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Faults } from '../faults/faults'
import { underFault, type Outcome, type Slowness } from '../faults/under-fault'
import { Refused, problem, type Reply } from './reply'
import type { Request } from './request'
import { findRoute, type Route } from './router'

/** Largest request body in bytes; a longer one is answered 413. */
const BODY_LIMIT = 32 * 1024 * 1024

export interface HttpOptions {
  readonly routes: readonly Route[]
  readonly faults: Faults
  readonly slowness: Slowness
  readonly onError: (error: unknown) => void
}

/** Routes each request under its target's fault and answers; an unexpected error is reported and answered 500. */
export function createHttpServer(options: HttpOptions): Server {
  return createServer((incoming, response) => {
    serve(options, incoming, response).catch((error: unknown) => {
      if (incoming.socket.destroyed) return
      options.onError(error)
      if (response.headersSent) incoming.socket.destroy()
      else send(response, problem(500, 'the sandbox failed; its log says why')).catch(options.onError)
    })
  })
}

async function serve(options: HttpOptions, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const outcome = await answer(options, incoming).catch((error: unknown): Outcome<Reply> => {
    if (error instanceof Refused) return { kind: 'answered', answer: error.reply }
    throw error
  })
  switch (outcome.kind) {
    case 'answered':
      return send(response, outcome.answer)
    case 'refused':
      return send(response, faultReply(outcome.status))
    case 'reset':
      incoming.socket.resetAndDestroy()
      return
    case 'silence':
      return
    default:
      return outcome satisfies never
  }
}

async function answer({ routes, faults, slowness }: HttpOptions, incoming: IncomingMessage): Promise<Outcome<Reply>> {
  // The body is read first, whatever the answer, so that the connection stays usable for the next request.
  const text = await readBody(incoming)
  const { url = '/', method = '', headers } = incoming
  const [path = '/', query = ''] = url.split(/\?(.*)/s)
  const { route, params } = findRoute(routes, method, path)
  const request: Request = { method, path, query: new URLSearchParams(query), headers, params, text }
  const mode = route.target === undefined ? 'none' : faults.draw(route.target)
  return underFault(mode, () => refusalAsReply(() => route.answer(request)), slowness)
}

/** A refusal is an answer like any other, and a fault may withhold it. */
async function refusalAsReply(work: () => Reply | Promise<Reply>): Promise<Reply> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refused) return error.reply
    throw error
  }
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= BODY_LIMIT) chunks.push(chunk)
  }
  if (size > BODY_LIMIT) throw new Refused(problem(413, `the body must be at most ${BODY_LIMIT} bytes`, 'body'))
  return Buffer.concat(chunks).toString('utf8')
}

function faultReply(status: 500 | 429): Reply {
  return problem(status, 'a fault set with POST /_faults', undefined, status === 429 ? { 'retry-after': '1' } : {})
}

async function send(response: ServerResponse, reply: Reply): Promise<void> {
  const { status, headers, body, stream } = reply
  const text = body === undefined ? '' : JSON.stringify(body)
  response.writeHead(status, {
    ...((text !== '' || stream) && { 'content-type': 'application/json' }),
    // A 204 has no content-length (RFC 9110 section 8.6).
    ...(!stream && status !== 204 && { 'content-length': String(Buffer.byteLength(text)) }),
    ...headers,
  })
  if (stream) await pipeline(Readable.from(stream), response)
  else response.end(text)
}
