import { applyDecorators, Injectable, type OnModuleInit } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { RouteConfig } from '@nestjs/platform-fastify'
import { ApiBody, ApiConsumes } from '@nestjs/swagger'
import { Problem } from '@laurel/service-shell'
import type { FastifyInstance, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes bodies as the bytes that were sent. */
    rawBody?: true
  }
}

const JSON_TYPE = 'application/json'
/** What a signed body may come as that is no JSON itself. */
const SIGNED_TYPES = ['application/jwt', 'application/jose', 'text/plain']

type Done = (error: Error | null, body?: unknown) => void

/**
 * The handler's `@Body()` is a Buffer of the bytes that were sent, up to the limit that all bodies have; undefined when
 * there are none. Its module needs RawBodies among its providers.
 */
export const RawBody = () =>
  applyDecorators(
    RouteConfig({ rawBody: true }),
    ApiConsumes(JSON_TYPE),
    ApiBody({ schema: { type: 'object', additionalProperties: true } }),
  )

/** Makes the routes marked with RawBody work; bodies of all others are parsed as before. */
@Injectable()
export class RawBodies implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>()
    const parseJson = server.getDefaultJsonParser('error', 'error')
    server.removeContentTypeParser(JSON_TYPE)
    server.addContentTypeParser(JSON_TYPE, { parseAs: 'buffer' }, (request, body: Buffer, done: Done) => {
      if (isRaw(request)) done(null, body)
      else void parseJson(request, body.toString(), done)
    })
    server.addContentTypeParser(SIGNED_TYPES, { parseAs: 'buffer' }, (request, body: Buffer, done: Done) => {
      done(isRaw(request) ? null : Problem.unsupportedMediaType([JSON_TYPE]), body)
    })
  }
}

function isRaw(request: FastifyRequest): boolean {
  return request.routeOptions.config.rawBody === true
}
