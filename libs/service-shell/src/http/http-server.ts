import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Socket } from 'node:net'
import { Problem } from '../problem/problem'
import { sendProblem } from '../problem/problem-filter'
import { toProblem } from '../problem/to-problem'

export const DEFAULT_BODY_LIMIT_BYTES = 1_048_576
/** For receiving one whole request: a client that sends slower than this is cut off with a 408. */
const REQUEST_TIMEOUT_MS = 30_000

/** Nest's adapter over a Fastify server that takes JSON bodies only and believes no forwarding header. */
export function createHttpAdapter(bodyLimitBytes = DEFAULT_BODY_LIMIT_BYTES): FastifyAdapter {
  const adapter = new FastifyAdapter({
    trustProxy: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A kept connection's request that arrives during the drain is still answered; its connection is then closed.
    return503OnClosing: false,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
  })
  const server = adapter.getInstance<FastifyInstance>()
  server.removeContentTypeParser('text/plain')
  return adapter
}

const IDLE_SWEEP_MS = 20

/**
 * Takes no new connection and resolves when every request under way has been answered. Node closes the connections
 * that are idle now; one that becomes idle later would be kept alive, so these are looked for until none is left.
 */
export async function closeServer(server: FastifyInstance): Promise<void> {
  const sweep = setInterval(() => server.server.closeIdleConnections(), IDLE_SWEEP_MS)
  try {
    await server.close()
  } finally {
    clearInterval(sweep)
  }
}

/** Errors before routing, such as a URL that cannot be decoded: no filter sees them. */
function answerFrameworkError(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(reply, toProblem(error))
}

const CLIENT_ERRORS: ReadonlyMap<string, readonly [number, string]> = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', [408, 'the request did not arrive in time']],
  ['HPE_HEADER_OVERFLOW', [431, 'the header fields are too large']],
])

/** Bytes that are no HTTP request: there is no request or reply object, only the socket. */
function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, detail] = CLIENT_ERRORS.get(error.code ?? '') ?? [400, 'this is not a valid HTTP request']
  const problem = new Problem(status, detail)
  const body = JSON.stringify(problem.body)
  const head = [
    `HTTP/1.1 ${status} ${problem.body.title}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
