import type { Announcement } from './lesson-model'
import type { Attempt } from './writes'

/** An attempt that must be recorded, or may be. */
export interface ExpectedAttempt {
  readonly attempt: Attempt
  /** The numbers that the service gave it in its answers: one, when it is as it must be. */
  readonly given: ReadonlySet<number>
  readonly isCertain: boolean
  readonly announcement: Announcement
}

interface Entry {
  attempt: Attempt
  given: Set<number>
  isReported: boolean
  isReportedForCertain: boolean
  isAnnounced: boolean
}

/** The attempts at the quizzes of one enrollment. */
export class AttemptModel {
  private readonly entries = new Map<string, Entry>()

  /** By REST: acknowledged with a number, or perhaps recorded. */
  reported(attempt: Attempt, number: number | null, isCertain: boolean): void {
    const entry = this.entry(attempt)
    entry.isReported = true
    entry.isReportedForCertain ||= isCertain
    if (number !== null) entry.given.add(number)
  }

  /** By another service. False when its number is that of an attempt with another score: then it is refused. */
  announced(attempt: Attempt): boolean {
    const entry = this.entry(attempt)
    entry.isAnnounced = true
    return entry.attempt.score === attempt.score
  }

  get expected(): ExpectedAttempt[] {
    return [...this.entries.values()].map((entry) => ({
      attempt: entry.attempt,
      given: entry.given,
      isCertain: entry.isReportedForCertain || entry.isAnnounced,
      announcement: !entry.isReported ? 'must not' : entry.isAnnounced || !entry.isReportedForCertain ? 'may' : 'must',
    }))
  }

  /** A number tells which attempt it is; without one the time does, which the writer never gives twice. */
  private entry(attempt: Attempt): Entry {
    const key = `${attempt.quizId}:${attempt.number === null ? `at ${attempt.completedAt}` : attempt.number}`
    const known = this.entries.get(key)
    if (known) return known
    const entry = { attempt, given: new Set<number>(), isReported: false, isReportedForCertain: false, isAnnounced: false }
    this.entries.set(key, entry)
    return entry
  }
}
