import type { Metrics } from '@laurel/telemetry'
import { CircuitState, circuitBreaker, ConsecutiveBreaker, ConstantBackoff, handleType, isBrokenCircuitError } from 'cockatiel'
import { Agent, request as send, type Dispatcher } from 'undici'
import { PermanentJobError, PostponeJobError } from './job-error'
import { verdictOf } from './outside-verdict'
import { steadyPause } from './steady-pause'

export interface OutsideSystemOptions {
  /** As operators know it: 'hr', 'credly'. */
  readonly name: string
  readonly baseUrl: string
  /** For a whole call, connecting and reading the answer included. */
  readonly timeoutMs: number
  /** Sent with every request: authorization. */
  readonly headers?: Readonly<Record<string, string>>
  readonly metrics: Metrics
  /** Opens after this many outages in a row (5), for this long (1 s). */
  readonly breaker?: { readonly outages: number; readonly openMs: number }
}

export interface OutsideRequest {
  readonly method: 'GET' | 'POST'
  /** Appended to the base URL; parts from outside must be encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: object
  readonly signal?: AbortSignal
  /** Statuses beside 2xx that the caller understands; they are returned instead of thrown. */
  readonly accept?: readonly number[]
}

export interface OutsideResponse {
  readonly status: number
  /** Parsed JSON; undefined for an empty answer, and for a status outside 2xx without JSON. */
  readonly body: unknown
}

/** The system did not answer, or answered that it is unwell. Whether the request took effect is unknown. */
export class OutsideCallError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'OutsideCallError'
  }
}

const MAX_ANSWER_BYTES = 1_048_576
const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/**
 * One outside system over HTTP, with a time limit and a circuit breaker, whose failures already say what they mean for
 * the job that called. Redirects are not followed. Messages name the call, never its contents.
 */
export class OutsideSystem {
  private readonly agent: Agent
  private readonly breaker
  private readonly seconds
  private readonly openMs: number

  constructor(private readonly options: OutsideSystemOptions) {
    const { outages, openMs } = options.breaker ?? { outages: 5, openMs: 1_000 }
    this.openMs = openMs
    this.agent = new Agent({ connections: 16, connect: { timeout: options.timeoutMs } })
    this.breaker = circuitBreaker(handleType(OutsideCallError), {
      breaker: new ConsecutiveBreaker(outages),
      halfOpenAfter: steadyPause(new ConstantBackoff(openMs)),
    })
    this.seconds = options.metrics.histogram(
      'laurel_outside_call_seconds',
      'Time of calls to outside systems',
      ['system', 'status'],
      SECONDS,
    )
  }

  /**
   * @throws OutsideCallError for a time-out, a broken connection, an unreadable answer, 408 and 5xx: a retry may help.
   * @throws PostponeJobError while the breaker is not closed, and for 429: nothing to hold against the job.
   * @throws PermanentJobError for any other status outside 2xx and `accept`.
   */
  async request(request: OutsideRequest): Promise<OutsideResponse> {
    try {
      return await this.breaker.execute(() => this.call(request))
    } catch (error) {
      const down = isBrokenCircuitError(error) || (error instanceof OutsideCallError && this.breaker.state !== CircuitState.Closed)
      if (!down) throw error
      // Spread, so that what waited does not come back all at once.
      const delayMs = Math.round(this.openMs * (1 + Math.random()))
      throw new PostponeJobError(`${this.options.name} is not answering, calls to it are suspended`, delayMs, { cause: error })
    }
  }

  /** Closes idle connections and breaks the others. */
  close(): Promise<void> {
    return this.agent.destroy()
  }

  private async call(request: OutsideRequest): Promise<OutsideResponse> {
    const what = `${this.options.name} ${request.method} ${request.path}`
    const end = this.seconds.startTimer({ system: this.options.name })
    const { response, text } = await this.exchange(request, what).catch((error: unknown) => {
      end({ status: 'none' })
      throw error
    })
    const status = response.statusCode
    end({ status: String(status) })
    const verdict = verdictOf(status, firstOf(response.headers['retry-after']), new Date())
    if (verdict.kind === 'ok' || request.accept?.includes(status)) return { status, body: parsed(text, status, what) }
    const message = `${what} answered ${status}`
    if (verdict.kind === 'later') throw new PostponeJobError(message, verdict.delayMs)
    if (verdict.kind === 'outage') throw new OutsideCallError(message)
    throw new PermanentJobError(message)
  }

  private async exchange(request: OutsideRequest, what: string): Promise<{ response: Dispatcher.ResponseData; text: string }> {
    const { timeoutMs } = this.options
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(request.signal ? [request.signal] : [])])
    try {
      const response = await send(this.urlOf(request), {
        dispatcher: this.agent,
        method: request.method,
        headers: {
          accept: 'application/json',
          ...this.options.headers,
          ...request.headers,
          ...(request.body && { 'content-type': 'application/json' }),
        },
        body: request.body ? JSON.stringify(request.body) : null,
        signal,
      })
      return { response, text: await readText(response.body) }
    } catch (error) {
      // The caller gave up: that says nothing about the system.
      request.signal?.throwIfAborted()
      throw new OutsideCallError(`${what} failed: ${signal.aborted ? `no answer within ${timeoutMs} ms` : (error as Error).message}`, {
        cause: error,
      })
    }
  }

  private urlOf(request: OutsideRequest): URL {
    const url = new URL(this.options.baseUrl.replace(/\/+$/, '') + request.path)
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value)
    return url
  }
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) throw new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parsed(text: string, status: number, what: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    if (status >= 300) return undefined
    throw new OutsideCallError(`${what} answered something that is not JSON`, { cause: error })
  }
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}
