import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Metrics } from '@laurel/telemetry'
import { Problem } from '../problem/problem'
import { isOperationsPath } from './operations'

export interface SheddingOptions {
  readonly metrics: Metrics
  /** Whether this process has more to do than it can; asked for each request. */
  readonly isBehind: () => boolean
}

/** A refusal as it is sent: made once, since it must cost nearly nothing. */
interface Refusal {
  readonly headers: string[]
  readonly body: string
  count(): void
}

interface Rule {
  readonly isOver: (request: IncomingMessage) => boolean
  readonly refusal: Refusal
}

/**
 * Refuses requests that would only wait, at the door: before routing, token and body cost anything, what the process can
 * do goes to those that it takes. Their answer is 503 with Retry-After, and laurel_http_shed_total{reason} counts them; no
 * other metric and no log line does. Health, metrics and docs are always answered.
 */
export class LoadShedding {
  private readonly rules: Rule[] = []

  constructor(private readonly options: SheddingOptions) {
    const problem = Problem.unavailable('more is asked than can be answered now: send the request again later', 1)
    this.refuseWhile('lag', problem, options.isBehind)
  }

  /**
   * @param reason label of the metric
   * @param problem what is answered, a 503
   * @param isOver asked before each request is read: must be cheap
   */
  refuseWhile(reason: string, problem: Problem, isOver: (request: IncomingMessage) => boolean): void {
    const shed = this.options.metrics.counter('http_shed_total', 'Requests answered 503 before they were read', ['reason'])
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
    this.rules.push({ isOver, refusal: { headers: Object.entries(headers).flat(), body, count: () => counter.inc() } })
  }

  /** Answers the request when it is to be refused; false leaves it to be answered. */
  refuses(request: IncomingMessage, response: ServerResponse): boolean {
    const rule = this.rules.find(({ isOver }) => isOver(request))
    if (rule === undefined || isOperationsPath(pathOf(request))) return false
    const { headers, body, count } = rule.refusal
    count()
    response.writeHead(503, headers)
    response.end(body)
    return true
  }
}

function pathOf({ url = '' }: IncomingMessage): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}
