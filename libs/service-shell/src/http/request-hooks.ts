import { runWithTrace, type Logger, type Metrics } from '@laurel/telemetry'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../problem/problem'
import { isOperationsPath } from './operations'

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Runs each request in the trace of its traceparent header, so that its log lines and events carry it. */
export function traceRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff')
    const { traceparent } = request.headers
    runWithTrace(typeof traceparent === 'string' ? traceparent : undefined, done)
  })
}

/** laurel_http_request_duration_seconds by method, route pattern and status: never by path, which holds ids. */
export function measureRequests(server: FastifyInstance, metrics: Metrics): void {
  const labels = ['method', 'route', 'status'] as const
  const duration = metrics.histogram('http_request_duration_seconds', 'Time to answer', labels, BUCKETS_SECONDS)
  server.addHook('onResponse', (request, reply, done) => {
    const { statusCode: status, elapsedTime } = reply
    duration.observe({ method: request.method, route: routeOf(request), status }, elapsedTime / 1_000)
    done()
  })
}

/** One debug line per answer, without query and body. For use only when debug lines are written at all. */
export function logRequests(server: FastifyInstance, logger: Logger): void {
  server.addHook('onSend', (request, reply, _payload, done) => {
    const { statusCode: status, elapsedTime } = reply
    logger.debug('http request', { method: request.method, route: routeOf(request), status, ms: elapsedTime })
    done()
  })
}

/** For a process that is no api: only the operations routes answer, everything else is a 404. */
export function refuseApi(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const isOpen = isOperationsPath(request.routeOptions.url ?? '')
    done(isOpen ? undefined : Problem.notFound('this process answers no REST requests (its LAUREL_ROLE is worker)'))
  })
}

function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unknown'
}
