import { applyDecorators, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common'
import { RouteConfig } from '@nestjs/platform-fastify'
import { ApiBody, ApiConsumes } from '@nestjs/swagger'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Socket } from 'node:net'
import { Problem } from '../problem/problem'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The content types that the route takes as streams; it takes no others. */
    streamedTypes?: readonly string[]
  }
}

/** Sockets with a request whose handler reads a streamed body now. */
const streaming = new WeakSet<Socket>()

/**
 * The handler's `@Body()` is a Readable of the raw bytes, of one of these content types alone; others get a 415. It is
 * read as fast as the handler reads, without a limit to its size. It may take any time from when the guards let the
 * request pass, but a client that is silent for longer than the request timeout is cut off. When the client goes away
 * the stream fails; let that error through.
 */
export const StreamedBody = (...types: readonly string[]) =>
  applyDecorators(
    RouteConfig({ streamedTypes: types }),
    UseGuards(StreamGuard),
    ApiConsumes(...types),
    ApiBody({ schema: { type: 'string', format: 'binary' } }),
  )

/** Makes the routes marked with StreamedBody work; call before any route is added. */
export function acceptStreamedBodies(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    const types = route.config?.streamedTypes
    if (types === undefined) return
    for (const type of types) {
      if (!server.hasContentTypeParser(type)) server.addContentTypeParser(type, handOver)
    }
    route.onRequest = (request, _reply, done) => {
      done(types.includes(request.mediaType ?? '') ? undefined : Problem.unsupportedMediaType(types))
    }
  })
}

/** Whether a request on this socket may take longer to arrive than others. */
export function isStreaming(socket: Socket): boolean {
  return streaming.has(socket)
}

/** A parser counts for all routes: those that do not ask for streams must not get one. */
function handOver(request: FastifyRequest, payload: unknown, done: (error: Error | null, body?: unknown) => void): void {
  if (request.routeOptions.config.streamedTypes !== undefined) return done(null, payload)
  done(request.is404 ? null : Problem.unsupportedMediaType(['application/json']))
}

/** A route's guards run behind the global ones: who may not send gets no time. (Nest hides failures behind interceptors.) */
class StreamGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp()
    allowTime(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>())
    return true
  }
}

function allowTime({ raw: request, server }: FastifyRequest, { raw: response }: FastifyReply): void {
  const { socket } = request
  const silenceMs = server.server.requestTimeout
  streaming.add(socket)
  socket.setTimeout(silenceMs)
  // Without a listener Node destroys the socket, also when everything has arrived or it is the handler that is slow.
  response.on('timeout', () => {
    if (request.complete || request.readableLength > 0) return
    request.destroy(new Problem(408, `nothing of the body arrived for ${silenceMs / 1_000} s`))
  })
  response.once('close', () => streaming.delete(socket))
}
