import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Problem } from '../problem/problem'
import { sendProblem } from '../problem/problem-filter'
import { toProblem } from '../problem/to-problem'
import type { Door } from './door'
import { acceptStreamedBodies, isStreaming } from './streamed-body'

export const DEFAULT_BODY_LIMIT_BYTES = 1_048_576
export const DEFAULT_REQUEST_TIMEOUT_MS = 30_000
/** Longer than the minute of usual balancers: who keeps a connection should be the one to close it, for only they know that no request is on its way. */
export const DEFAULT_KEEP_ALIVE_MS = 72_000

export interface HttpLimits {
  /** Default 1 MiB. Streamed bodies have no limit. */
  readonly bodyLimitBytes?: number
  /**
   * For receiving one whole request: a client that sends slower than this, up to a sixth, is cut off with a 408.
   * A streamed body may take any time, but not be silent this long. Default 30 s.
   */
  readonly requestTimeoutMs?: number
  /** For a connection without a request, whether it had one before or not: then it is closed without a word. Default 72 s. */
  readonly keepAliveMs?: number
}

/** Nest's adapter over a Fastify server that takes JSON bodies (and others on routes for them) and believes no forwarding header. */
export function createHttpAdapter(door: Door, limits: HttpLimits = {}): FastifyAdapter {
  const {
    bodyLimitBytes = DEFAULT_BODY_LIMIT_BYTES,
    requestTimeoutMs = DEFAULT_REQUEST_TIMEOUT_MS,
    keepAliveMs = DEFAULT_KEEP_ALIVE_MS,
  } = limits
  const adapter = new FastifyAdapter({
    trustProxy: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveMs,
    http: {
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.ceil(requestTimeoutMs / 6),
    },
    // A kept connection's request that arrives during the drain is still answered; its connection is then closed.
    return503OnClosing: false,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: (error, socket) => {
      if (error.code !== 'ERR_HTTP_REQUEST_TIMEOUT') answerClientError(error, socket)
      else if (socket.bytesRead === 0) closeUnlessUsed(socket, keepAliveMs - requestTimeoutMs)
      else if (!isStreaming(socket)) door.lastChance(socket, () => answerClientError(error, socket))
    },
  })
  const server = adapter.getInstance<FastifyInstance>()
  server.removeContentTypeParser('text/plain')
  acceptStreamedBodies(server)
  return adapter
}

const SWEEP_MS = 20
/** For so long a client that has sent the first part of a request's head is waited for. */
const HALF_A_HEAD_MS = 1_000

/**
 * Takes no new connection and resolves when every request under way has been answered. Node closes the connections
 * that are idle now; one that becomes idle later would be kept alive, and one that never sent a request would be waited
 * for, so these are looked for until none is left. Right after the loop has read what had arrived, for a connection is
 * idle also while its next request is not read yet.
 */
export async function closeServer(server: FastifyInstance, door: Door): Promise<void> {
  const since = performance.now()
  const sweep = setInterval(() => {
    setImmediate(() => {
      server.server.closeIdleConnections()
      door.closeUnused(performance.now() - since > HALF_A_HEAD_MS)
    })
  }, SWEEP_MS)
  try {
    await nextTurn()
    await server.close()
  } finally {
    clearInterval(sweep)
  }
}

/** Errors before routing, such as a URL that cannot be decoded: no filter sees them. */
function answerFrameworkError(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(reply, toProblem(error))
}

/** To Node a connection that sends nothing is a late request. Once it does send, its time is counted anew. */
function closeUnlessUsed(socket: Socket, afterMs: number): void {
  const closeUnused = () => void (socket.bytesRead === 0 && socket.destroy())
  // What has arrived by then is read first.
  setTimeout(() => setImmediate(closeUnused), afterMs).unref()
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
