import { setTimeout as delay } from 'node:timers/promises'
import { OutsideCallError, PermanentJobError, PostponeJobError, type OutsideSystem } from '@laurel/jobs'
import type { LearningPlatform, Standing } from '../checker/learning-platform'
import type { Pace } from './pace'

export interface GraphyAccess {
  readonly merchantId: string
  /** Travels in the query, which no log, metric or error of OutsideSystem shows. */
  readonly apiKey: string
}

interface GraphyCourse {
  readonly id?: unknown
  readonly 'course items'?: unknown
}

interface GraphyAccount {
  readonly id?: unknown
  readonly email?: unknown
  readonly courses?: unknown
}

const PATH = '/public/v2/learners'
const PAGE = 50
/** One address has an account or two: more pages mean that the filter was not applied. */
const MAX_PAGES = 10
const ATTEMPTS = 3
const FIRST_PAUSE_MS = 200
/** A longer wait is the run's to decide about, not one learner's. */
const LONGEST_WAIT_MS = 2_000
/** An open breaker is such a wait: the run then asks about nobody else. */
export const GRAPHY_BREAKER = { outages: 5, openMs: 5_000 }

/**
 * Graphy's public API: `GET /public/v2/learners` with `mid`, `key`, `courseInfo`, `query`, `limit` and `skip`, as public
 * clients call it. It gives no date of a completion. A course is complete when it has items and all are completed.
 */
export class Graphy implements LearningPlatform {
  constructor(
    private readonly system: Pick<OutsideSystem, 'request'>,
    private readonly access: GraphyAccess,
    private readonly pace: Pace,
  ) {}

  async standing(email: string, externalCourseId: string, signal: AbortSignal): Promise<Standing | null> {
    const standings = (await this.accounts(email, signal)).flatMap((account) => standingsOf(account, externalCourseId))
    return standings.find((standing) => standing.isComplete) ?? standings[0] ?? null
  }

  /** All accounts of this address. The filter is Graphy's to apply; what it gives back completes a course, so it is looked at again. */
  private async accounts(email: string, signal: AbortSignal): Promise<GraphyAccount[]> {
    const accounts: GraphyAccount[] = []
    for (let page = 0; page < MAX_PAGES; page++) {
      const { data, total } = await this.page(email, page * PAGE, signal)
      accounts.push(...data.filter((account) => isAddress(account.email, email)))
      if (data.length === 0 || (page + 1) * PAGE >= total) return accounts
    }
    throw new PermanentJobError(`graphy GET ${PATH} lists more than ${MAX_PAGES * PAGE} learners for one e-mail`)
  }

  private async page(email: string, skip: number, signal: AbortSignal): Promise<{ data: GraphyAccount[]; total: number }> {
    const { merchantId: mid, apiKey: key } = this.access
    const query = { mid, key, courseInfo: 'true', query: JSON.stringify({ email }), limit: String(PAGE), skip: String(skip) }
    const { body } = await this.patiently(() => this.system.request({ method: 'GET', path: PATH, query, signal }), signal)
    const { data, total } = (body ?? {}) as { data?: unknown; total?: unknown }
    if (!Array.isArray(data) || typeof total !== 'number') {
      throw new PermanentJobError(`graphy GET ${PATH} answered without a list of learners and its total`)
    }
    return { data: data as GraphyAccount[], total }
  }

  /** Each attempt waits its turn; an attempt that failed is repeated when a short wait may help. */
  private async patiently<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      await this.pace.turn(signal)
      try {
        return await call()
      } catch (error) {
        const pauseMs = pauseAfter(error, attempt)
        if (attempt === ATTEMPTS || pauseMs > LONGEST_WAIT_MS) throw error
        await delay(pauseMs, undefined, { signal })
      }
    }
  }
}

function pauseAfter(error: unknown, attempt: number): number {
  if (error instanceof PostponeJobError) return error.delayMs
  // Exponential with full jitter, so that what failed at once does not come back at once.
  if (error instanceof OutsideCallError) return Math.random() * FIRST_PAUSE_MS * 2 ** attempt
  return Infinity
}

function isAddress(given: unknown, email: string): boolean {
  return typeof given === 'string' && given.toLowerCase() === email.toLowerCase()
}

function standingsOf(account: GraphyAccount, externalCourseId: string): Standing[] {
  const courses = Array.isArray(account.courses) ? (account.courses as GraphyCourse[]) : []
  return courses
    .filter((course) => course.id === externalCourseId)
    .map((course) => ({
      externalLearnerId: String(account.id),
      isComplete: isComplete(course['course items']),
      completedAt: null,
      evidence: JSON.stringify({ learner_id: account.id, course }),
    }))
}

function isComplete(items: unknown): boolean {
  return Array.isArray(items) && items.length > 0 && items.every((item) => (item as { completed?: unknown } | null)?.completed === true)
}
