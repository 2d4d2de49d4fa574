import type { Cohort } from '../model/cohort'
import type { Expectation } from '../model/expectation'
import { satisfiedAt } from '../model/rule'
import type { SeenTopics } from './seen-topics'

/** Milliseconds; null when nothing was measured. */
export interface Percentiles {
  readonly p50: number | null
  readonly p99: number | null
}

export interface Speed {
  /** From the moment when everything that a completion needs was sent to the timestamp of its course.completed. */
  readonly toCompleted: Percentiles
  /** To the timestamp of its credential.issued. */
  readonly toCredential: Percentiles
  /** Event lines over the time from the first one sent to the last course.completed. */
  readonly eventsPerSecond: number | null
}

interface Input {
  readonly cohort: Cohort
  readonly expectation: Expectation
  readonly seen: SeenTopics
  /** Milliseconds since 1970. */
  readonly firstSentAt: number
  readonly versionSentAt: ReadonlyMap<string, number>
}

/** Measures the completions that came out after this run began; a run that only repeats an earlier one has none. */
export function speedOf({ cohort, expectation, seen, firstSentAt, versionSentAt }: Input): Speed {
  const toCompleted: number[] = []
  const toCredential: number[] = []
  let lastAt = -Infinity
  for (const key of expectation.completions.keys()) {
    const completion = seen.completions.get(key)
    if (!completion || completion.at < firstSentAt) continue
    lastAt = Math.max(lastAt, completion.at)
    const known = cohort.cases.get(key)!
    const done = satisfiedAt(known.rule, known.sentAt)
    if (done === null) continue
    // A late enrollment, or the course version itself, may be what the completion waited for.
    const readyAt = Math.max(done, known.enrollSentAt, versionSentAt.get(known.versionId)!)
    // By REST the answer may be read after the completion it led to was written.
    toCompleted.push(Math.max(0, completion.at - readyAt))
    const credential = seen.credentials.get(key)
    if (credential) toCredential.push(Math.max(0, credential.at - readyAt))
  }
  const seconds = (lastAt - firstSentAt) / 1000
  const lines = cohort.lines.kafka + cohort.lines.rest + cohort.lines.malformed
  return {
    toCompleted: percentiles(toCompleted),
    toCredential: percentiles(toCredential),
    eventsPerSecond: seconds > 0 ? lines / seconds : null,
  }
}

/** By nearest rank. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (part: number) => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? null
  return { p50: at(0.5), p99: at(0.99) }
}
