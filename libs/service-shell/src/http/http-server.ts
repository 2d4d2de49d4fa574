import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Socket } from 'node:net'
import { Problem } from '../problem/problem'
import { sendProblem } from '../problem/problem-filter'
import { toProblem } from '../problem/to-problem'
import { acceptStreamedBodies, isStreaming } from './streamed-body'

export const DEFAULT_BODY_LIMIT_BYTES = 1_048_576
export const DEFAULT_REQUEST_TIMEOUT_MS = 30_000

export interface HttpLimits {
  /** Default 1 MiB. Streamed bodies have no limit. */
  readonly bodyLimitBytes?: number
  /**
   * For receiving one whole request: a client that sends slower than this, up to a sixth, is cut off with a 408.
   * A streamed body may take any time, but not be silent this long. Default 30 s.
   */
  readonly requestTimeoutMs?: number
}

/** Nest's adapter over a Fastify server that takes JSON bodies (and others on routes for them) and believes no forwarding header. */
export function createHttpAdapter(limits: HttpLimits = {}): FastifyAdapter {
  const { bodyLimitBytes = DEFAULT_BODY_LIMIT_BYTES, requestTimeoutMs = DEFAULT_REQUEST_TIMEOUT_MS } = limits
  const adapter = new FastifyAdapter({
    trustProxy: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    http: {
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.ceil(requestTimeoutMs / 6),
    },
    // A kept connection's request that arrives during the drain is still answered; its connection is then closed.
    return503OnClosing: false,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
  })
  const server = adapter.getInstance<FastifyInstance>()
  server.removeContentTypeParser('text/plain')
  acceptStreamedBodies(server)
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
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && isStreaming(socket)) return
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
