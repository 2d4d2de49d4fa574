import { CircuitState, circuitBreaker, ConsecutiveBreaker, ExponentialBackoff, handleWhenResult, isBrokenCircuitError } from 'cockatiel'
import { steadyPause } from '@laurel/jobs'
import { Agent, request } from 'undici'
import type { UnsentStatement } from '../persistence/statement-store'
import { answerOf, type Answer, type HttpAnswer } from './answer'

export interface LearningRecordStoreOptions {
  /** Base address; statements go to `<url>/statements`. */
  readonly url: string
  readonly username: string
  readonly password: string
  /** For a whole call, the answer's body included; 3 s unless given. */
  readonly timeoutMs?: number
  /** Opens after this many outages in a row (5), first for this long (1 s), then up to four times as long. */
  readonly breaker?: { readonly outages: number; readonly openMs: number }
}

export type BreakerState = 'closed' | 'open' | 'half-open'

const MAX_ANSWER_BYTES = 1_048_576
const STATES = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
} as const

/** The statement resource of a learning record store (xAPI 1.0.3, Communication 2.1), behind a circuit breaker. */
export class LearningRecordStore {
  private readonly agent: Agent
  private readonly breaker
  private readonly headers: Readonly<Record<string, string>>

  constructor(private readonly options: LearningRecordStoreOptions) {
    const { outages, openMs } = options.breaker ?? { outages: 5, openMs: 1_000 }
    this.agent = new Agent({ connections: 1, connect: { timeout: this.timeoutMs } })
    this.breaker = circuitBreaker(
      handleWhenResult((answer) => (answer as Answer).kind === 'unavailable'),
      {
        breaker: new ConsecutiveBreaker(outages),
        halfOpenAfter: steadyPause(new ExponentialBackoff({ initialDelay: openMs, maxDelay: 4 * openMs })),
      },
    )
    this.headers = {
      authorization: `Basic ${Buffer.from(`${options.username}:${options.password}`, 'utf8').toString('base64')}`,
      'content-type': 'application/json',
      'x-experience-api-version': '1.0.3',
    }
  }

  get breakerState(): BreakerState {
    return STATES[this.breaker.state]
  }

  /**
   * Sends statements in one request. Never throws. Sending the same again is safe at any time: the store keeps one
   * statement per id. Redirects are not followed. While the breaker is open nothing is sent.
   */
  async store(statements: readonly UnsentStatement[], signal: AbortSignal): Promise<Answer> {
    try {
      return await this.breaker.execute(() => this.post(statements, signal))
    } catch (error) {
      if (!isBrokenCircuitError(error)) throw error
      return { kind: 'unavailable', reason: 'calls are suspended after several outages in a row' }
    }
  }

  /** Breaks the call under way, if any. */
  close(): Promise<void> {
    return this.agent.destroy()
  }

  private async post(statements: readonly UnsentStatement[], signal: AbortSignal): Promise<Answer> {
    const timeout = AbortSignal.timeout(this.timeoutMs)
    try {
      const answer = await this.exchange(`[${statements.map(({ body }) => body).join(',')}]`, AbortSignal.any([timeout, signal]))
      return answerOf(
        answer,
        statements.map(({ statementId }) => statementId),
        new Date(),
      )
    } catch (error) {
      return { kind: 'unavailable', reason: timeout.aborted ? `no answer within ${this.timeoutMs} ms` : (error as Error).message }
    }
  }

  private async exchange(body: string, signal: AbortSignal): Promise<HttpAnswer> {
    const response = await request(`${this.options.url}/statements`, {
      dispatcher: this.agent,
      method: 'POST',
      headers: this.headers,
      body,
      signal,
    })
    const retryAfter = response.headers['retry-after']
    const text = await readText(response.body)
    return { status: response.statusCode, retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter, text }
  }

  private get timeoutMs(): number {
    return this.options.timeoutMs ?? 3_000
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
