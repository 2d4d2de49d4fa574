import type { Metrics } from '@laurel/telemetry'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Health, HealthReport } from '../lifecycle/health'
import { Problem } from '../problem/problem'

const PATHS = ['/livez', '/readyz', '/metrics', '/docs', '/openapi.json']

/** True for the routes of those who run the service: public, and open in every role. */
export function isOperationsPath(route: string): boolean {
  return PATHS.some((path) => route === path || route.startsWith(`${path}/`))
}

/** Adds /livez and /readyz (200 {status, checks} or 503 with each check's reason) and /metrics in Prometheus' format. */
export function addOperationsRoutes(server: FastifyInstance, health: Health, metrics: Metrics): void {
  server.get('/livez', async (_request, reply) => answer(reply, await health.isLive()))
  server.get('/readyz', async (_request, reply) => answer(reply, await health.isReady()))
  server.get('/metrics', async (_request, reply) => {
    const text = await metrics.registry.metrics()
    return reply.type(metrics.registry.contentType).send(text)
  })
}

function answer(reply: FastifyReply, { well, checks }: HealthReport): FastifyReply {
  reply.header('cache-control', 'no-store')
  if (well) return reply.send({ status: 'ok', checks })
  const failing = Object.entries(checks).filter(([, result]) => result !== 'ok')
  const problem = Problem.unavailable(failing.map(([name, reason]) => `${name}: ${reason}`).join('; '), 1)
  return reply
    .code(503)
    .headers(problem.headers)
    .type('application/problem+json')
    .send(Buffer.from(JSON.stringify({ ...problem.body, checks })))
}
