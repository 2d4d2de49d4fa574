import { setTimeout as wait } from 'node:timers/promises'
import { Agent, request } from 'undici'

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly url: string
  readonly token?: string
  /** Sent as JSON. */
  readonly json?: unknown
}

export interface Answer {
  readonly status: number
  /** Parsed JSON; undefined without a body, text when it is not JSON. */
  readonly body: unknown
}

/** A server could not be reached, or kept failing, for as long as the client is patient. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

interface Options {
  readonly connections: number
  /** How long a call is repeated before it fails, in milliseconds. */
  readonly patienceMs: number
  readonly signal: AbortSignal
}

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 2_000
const ANSWER_WITHIN_MS = 30_000

/**
 * HTTP on kept-alive connections. A call is repeated, with growing pauses or as Retry-After says, while the server
 * cannot be reached, resets the connection or answers 429 or 5xx; any other answer is returned. So a call may take
 * effect more than once: only for calls that stand that.
 */
export class HttpClient {
  private readonly agent: Agent
  /** Calls that had to be repeated. */
  repeats = 0

  constructor(private readonly options: Options) {
    this.agent = new Agent({ connections: options.connections, headersTimeout: ANSWER_WITHIN_MS, bodyTimeout: ANSWER_WITHIN_MS })
  }

  /** @throws Unreachable */
  async call(call: Call): Promise<Answer> {
    const giveUpAt = Date.now() + this.options.patienceMs
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const { answer, problem, retryAfterMs } = await this.attempt(call)
      if (answer) return answer
      if (Date.now() > giveUpAt)
        throw new Unreachable(`${call.method} ${call.url} failed for ${Math.round(this.options.patienceMs / 1000)} s: ${problem}`)
      this.repeats++
      const jitter = pause * (0.5 + Math.random() / 2)
      await wait(retryAfterMs ?? jitter, undefined, { signal: this.options.signal })
    }
  }

  /** The body of a GET as it comes in; not repeated. */
  async *text(url: string): AsyncGenerator<string> {
    const { statusCode, body } = await request(url, { dispatcher: this.agent, signal: this.options.signal })
    if (statusCode !== 200) throw new Unreachable(`GET ${url} answered ${statusCode}: ${(await body.text()).slice(0, 300)}`)
    const decoder = new TextDecoder()
    for await (const chunk of body) yield decoder.decode(chunk as Buffer, { stream: true })
  }

  async close(): Promise<void> {
    await this.agent.destroy()
  }

  private async attempt({ method, url, token, json }: Call): Promise<{ answer?: Answer; problem?: string; retryAfterMs?: number }> {
    const { signal } = this.options
    signal.throwIfAborted()
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
    }
    try {
      const response = await request(url, {
        method,
        headers,
        body: json === undefined ? null : JSON.stringify(json),
        dispatcher: this.agent,
        signal,
      })
      const text = await response.body.text()
      const status = response.statusCode
      if (status !== 429 && status < 500) return { answer: { status, body: parsed(text) } }
      const retryAfterMs = retryAfter(response.headers['retry-after'])
      return { problem: `it answered ${status} ${text.slice(0, 300)}`, ...(retryAfterMs !== undefined && { retryAfterMs }) }
    } catch (error) {
      signal.throwIfAborted()
      return { problem: `${(error as NodeJS.ErrnoException).code ?? ''} ${(error as Error).message}`.trim() }
    }
  }
}

function parsed(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Milliseconds to wait by a Retry-After header (RFC 9110 section 10.2.3): seconds or a date. */
export function retryAfter(header: string | string[] | undefined, now = Date.now()): number | undefined {
  if (typeof header !== 'string') return undefined
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
