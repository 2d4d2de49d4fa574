import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Metrics } from '@laurel/telemetry'
import type { Problem } from '../problem/problem'
import { isOperationsPath } from './operations'

interface Rule {
  readonly isOver: (request: IncomingMessage) => boolean
  /** Made once, since a refusal must cost nearly nothing. */
  readonly headers: string[]
  readonly body: string
  count(): void
}

/**
 * Refuses requests that would only wait, at the door: before routing, token and body cost anything. What the process can do
 * goes to those that it takes, and they are answered soon. laurel_http_shed_total{reason} counts refusals; no other metric
 * and no log line does. Health, metrics and docs are always answered.
 */
export class LoadShedding {
  private readonly rules: Rule[] = []

  constructor(private readonly metrics: Metrics) {}

  /**
   * @param reason label of the metric
   * @param problem what is answered, a 503
   * @param isOver asked for each request before anything of it is done: must be cheap
   */
  refuseWhile(reason: string, problem: Problem, isOver: (request: IncomingMessage) => boolean): void {
    const shed = this.metrics.counter('http_shed_total', 'Requests answered 503 before they were read', ['reason'])
    // So that it is there before anything is refused.
    shed.inc({ reason }, 0)
    const counter = shed.labels({ reason })
    const body = JSON.stringify(problem.body)
    const headers = {
      ...problem.headers,
      'content-type': 'application/problem+json',
      'content-length': String(Buffer.byteLength(body)),
      'x-content-type-options': 'nosniff',
    }
    this.rules.push({ isOver, headers: Object.entries(headers).flat(), body, count: () => counter.inc() })
  }

  /** Answers the request when it is to be refused; false leaves it to be answered. */
  refuses(request: IncomingMessage, response: ServerResponse): boolean {
    const rule = this.rules.find(({ isOver }) => isOver(request))
    if (rule === undefined || isOperationsPath(pathOf(request))) return false
    rule.count()
    response.writeHead(503, rule.headers)
    response.end(rule.body)
    return true
  }
}

function pathOf({ url = '' }: IncomingMessage): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}
