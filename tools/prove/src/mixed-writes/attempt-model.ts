import type { Announcement, Span } from './lesson-model'
import type { Attempt, Time } from './writes'

/** An attempt that must be recorded, or may be. */
export interface ExpectedAttempt {
  readonly attempt: Attempt
  /** The numbers that the service gave it in its answers: one, when it is as it must be. */
  readonly given: ReadonlySet<number>
  /** When it was completed. */
  readonly completed: Span
  readonly isCertain: boolean
  readonly announcement: Announcement
}

interface Entry {
  attempt: Attempt
  given: Set<number>
  completed: Span
  isReported: boolean
  isReportedForCertain: boolean
  isAnnounced: boolean
}

/** The attempts at the quizzes of one enrollment. */
export class AttemptModel {
  private readonly entries = new Map<string, Entry>()

  /** By REST, between two times: acknowledged with a number, or perhaps recorded. */
  reported(attempt: Attempt, key: string | null, { from, to }: Span, number: number | null, isCertain: boolean): void {
    const entry = this.entry(attempt, key, { from, to })
    // Whichever of two repeats came first.
    entry.completed = { from: Math.min(entry.completed.from, from), to: Math.max(entry.completed.to, to) }
    entry.isReported = true
    entry.isReportedForCertain ||= isCertain
    if (number !== null) entry.given.add(number)
  }

  /** By another service. False when its number is that of an attempt with another score: then it is refused. */
  announced(attempt: Attempt & { completedAt: Time }): boolean {
    const entry = this.entry(attempt, null, { from: attempt.completedAt, to: attempt.completedAt })
    entry.isAnnounced = true
    return entry.attempt.score === attempt.score
  }

  get expected(): ExpectedAttempt[] {
    return [...this.entries.values()].map((entry) => ({
      attempt: entry.attempt,
      given: entry.given,
      completed: entry.completed,
      isCertain: entry.isReportedForCertain || entry.isAnnounced,
      announcement: !entry.isReported ? 'must not' : entry.isAnnounced || !entry.isReportedForCertain ? 'may' : 'must',
    }))
  }

  /** A number tells which attempt it is; without one the time does, which the writer never gives twice, or the key. */
  private entry(attempt: Attempt, idempotencyKey: string | null, completed: Span): Entry {
    const name = attempt.number ?? (attempt.completedAt === null ? idempotencyKey : `at ${attempt.completedAt}`)
    const key = `${attempt.quizId}:${name}`
    const known = this.entries.get(key)
    if (known) return known
    const entry = { attempt, given: new Set<number>(), completed, isReported: false, isReportedForCertain: false, isAnnounced: false }
    this.entries.set(key, entry)
    return entry
  }
}
