import { setTimeout as pause } from 'node:timers/promises'
import { Agent, request } from 'undici'
import type { Findings } from '../findings'
import type { Random } from '../random'
import type { WriteFaults } from './faults'
import type { Outcome } from './model'
import type { RestWrite, Time } from './writes'

const PATIENCE_MS = 120_000
const ANSWER_WITHIN_MS = 15_000
const PAUSE_MS = 100
/** Answers that say "not now": the write is repeated. A 409 with Retry-After tells that its first try is still at work. */
const NOT_NOW = new Set([429, 503])

export interface RestClientOptions {
  readonly urls: readonly string[]
  readonly connections: number
  readonly tokenOf: (userId: string) => string
  readonly random: Random
  readonly findings: Findings
  readonly signal: AbortSignal
  /** Told of each acknowledged write. */
  readonly faults: Pick<WriteFaults, 'acknowledged'>
  /** Told of each try that has to be repeated. */
  readonly onRepeat?: (write: RestWrite, tried: Try) => void
}

/** How one request ended. */
export type Try =
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown; readonly retryAfterMs: number | null }
  | { readonly kind: 'not sent' | 'no answer'; readonly reason: string }

/** Writes by REST to any of the replicas, again and again until it is acknowledged or refused for good. */
export class RestClient {
  private readonly agent: Agent
  /** Tries that had to be repeated. */
  repeated = 0

  constructor(private readonly options: RestClientOptions) {
    this.agent = new Agent({ connections: options.connections, headersTimeout: ANSWER_WITHIN_MS, bodyTimeout: ANSWER_WITHIN_MS })
  }

  /** @param replica which to ask first; a random one unless told */
  async write(write: RestWrite, replica?: number): Promise<Outcome> {
    const { urls, random, findings, faults, signal } = this.options
    const sentAt = Date.now()
    let mayBeRecorded = false
    for (let index = replica ?? random.integer(0, urls.length - 1); ; index = (index + 1) % urls.length) {
      const triedAt = Date.now()
      const tried = await this.try(write, urls[index]!)
      const answeredAt = Date.now()
      if (tried.kind === 'answered' && tried.status < 300) {
        faults.acknowledged(index, triedAt)
        return { kind: 'acknowledged', sentAt, answeredAt, body: tried.body }
      }
      const isForGood = tried.kind === 'answered' && tried.status < 500 && !isNotNow(tried)
      if (isForGood || answeredAt - sentAt > PATIENCE_MS) return refusal(tried, { sentAt, answeredAt, mayBeRecorded })
      if (tried.kind === 'answered' && tried.status >= 500 && !isNotNow(tried))
        findings.add('wrong', `${describe(write)} was answered ${tried.status} ${JSON.stringify(tried.body)}`)
      mayBeRecorded ||= tried.kind !== 'not sent'
      this.repeated++
      this.options.onRepeat?.(write, tried)
      // At least as long as Retry-After asks.
      await pause(retryPause(tried) * (1 + random.fraction() / 2), undefined, { signal })
    }
  }

  /** The answer to a GET by the learner, repeated while the service is away. */
  async read(userId: string, path: string): Promise<{ status: number; body: unknown }> {
    const { urls, tokenOf, signal } = this.options
    const deadline = Date.now() + PATIENCE_MS
    for (let index = 0; ; index = (index + 1) % urls.length) {
      const tried = await this.send('GET', `${urls[index]}${path}`, tokenOf(userId))
      if (tried.kind === 'answered' && !isNotNow(tried)) return tried
      if (Date.now() > deadline) return { status: 0, body: tried }
      await pause(retryPause(tried), undefined, { signal })
    }
  }

  /** A POST by the learner that any repetition leaves as it is; answers what it says. */
  async post(userId: string, path: string, body: unknown): Promise<unknown> {
    const tried = await this.send('POST', `${this.options.urls[0]}${path}`, this.options.tokenOf(userId), body)
    if (tried.kind === 'answered' && tried.status < 300) return tried.body
    throw new Error(`POST ${path} was answered ${JSON.stringify(tried)}`)
  }

  close(): Promise<void> {
    return this.agent.destroy()
  }

  private try(write: RestWrite, url: string): Promise<Try> {
    const path = `${url}/api/v1/courses/${write.pathId}`
    const token = this.options.tokenOf(write.enrollment.userId)
    return write.kind === 'patch'
      ? this.send('PATCH', `${path}/progress`, token, patchBody(write))
      : this.send('POST', `${path}/quiz-attempts`, token, attemptBody(write), write.idempotencyKey)
  }

  private async send(
    method: 'GET' | 'PATCH' | 'POST',
    url: string,
    token: string,
    json?: unknown,
    key: string | null = null,
  ): Promise<Try> {
    this.options.signal.throwIfAborted()
    const headers = {
      authorization: `Bearer ${token}`,
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(key !== null && { 'idempotency-key': key }),
    }
    try {
      const body = json === undefined ? null : JSON.stringify(json)
      const response = await request(url, { method, headers, body, dispatcher: this.agent })
      const text = await response.body.text()
      const retryAfter = Number(response.headers['retry-after'] ?? NaN)
      const retryAfterMs = Number.isNaN(retryAfter) ? null : retryAfter * 1_000
      return { kind: 'answered', status: response.statusCode, body: parsed(text), retryAfterMs }
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      return { kind: code === 'ECONNREFUSED' ? 'not sent' : 'no answer', reason: message }
    }
  }
}

function refusal(tried: Try, times: { sentAt: Time; answeredAt: Time; mayBeRecorded: boolean }): Outcome {
  return tried.kind === 'answered'
    ? { kind: 'refused', ...times, status: tried.status, body: tried.body }
    : { kind: 'refused', ...times, mayBeRecorded: true, status: 0, body: `no answer within ${PATIENCE_MS / 1_000} s` }
}

function isNotNow(answer: Extract<Try, { kind: 'answered' }>): boolean {
  return NOT_NOW.has(answer.status) || (answer.status === 409 && answer.retryAfterMs !== null)
}

function retryPause(tried: Try): number {
  return (tried.kind === 'answered' ? tried.retryAfterMs : null) ?? PAUSE_MS
}

export function describe(write: RestWrite): string {
  return `${write.kind === 'patch' ? `PATCH of ${write.marks.length} lessons` : 'POST of a quiz attempt'} by ${write.enrollment.userId}`
}

function patchBody({ marks }: Extract<RestWrite, { kind: 'patch' }>) {
  const items = marks.map(({ lessonId, percentage, at }) => ({
    lesson_id: lessonId,
    progress_percentage: percentage,
    ...(at !== null && { occurred_at: new Date(at).toISOString() }),
  }))
  return items.length === 1 ? items[0] : { items }
}

function attemptBody({ attempt }: Extract<RestWrite, { kind: 'attempt' }>) {
  return {
    quiz_id: attempt.quizId,
    score: attempt.score,
    ...(attempt.number !== null && { attempt_number: attempt.number }),
    ...(attempt.startedAt !== null && { started_at: new Date(attempt.startedAt).toISOString() }),
    ...(attempt.completedAt !== null && { completed_at: new Date(attempt.completedAt).toISOString() }),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
