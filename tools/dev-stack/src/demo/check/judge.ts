import { enrollmentKey } from '@laurel/contracts'
import type { SentMalformed } from '../drive/kafka-half'
import type { Cohort } from '../model/cohort'
import type { Expectation } from '../model/expectation'
import { compare, isExact, type Figures } from './figures'
import { placeName, type Seen, type SeenTopics } from './seen-topics'

/** What the outside systems accepted. */
export interface Effects {
  /** How often each badge is in Credly's ledger, by enrollment key. */
  readonly badges: ReadonlyMap<string, number>
  /** Training records by enrollment key. */
  readonly hrRecords: ReadonlyMap<string, number>
  /** Statements by id, those of other learners too. */
  readonly statements: ReadonlyMap<string, number>
}

export interface Judged {
  readonly completions: Figures
  readonly credentials: Figures
  readonly badges: Figures
  readonly statements: Figures
  readonly hrRecords: Figures
  readonly deadLetters: Figures
  /** Records of course.completed that were there again with the same id: allowed, delivery is at least once. */
  readonly repeats: number
  /** Refused messages of this run by reason. */
  readonly reasons: ReadonlyMap<string, number>
}

interface Input {
  readonly cohort: Cohort
  readonly expectation: Expectation
  readonly seen: SeenTopics
  readonly effects: Effects
  /** Statements that are not about the input's learners. */
  readonly foreignStatements: number
  readonly malformed: readonly SentMalformed[]
}

/** Compares what came out with what had to. */
export function judge({ cohort, expectation, seen, effects, foreignStatements, malformed }: Input): Judged {
  const name = (key: string) => describe(cohort, key)
  const { completions, credentials, templates } = expectation
  return {
    completions: withWrong(compare({ expected: completions.keys(), times: timesOf(seen.completions), name }), expectation, seen, name),
    credentials: compare({ expected: credentials, times: timesOf(seen.credentials), name }),
    badges: compare({ expected: templates.keys(), times: effects.badges, name }),
    statements: statementFigures(effects.statements, expectation, foreignStatements),
    hrRecords: compare({ expected: completions.keys(), times: effects.hrRecords, name }),
    deadLetters: deadLetterFigures(malformed, seen),
    repeats: [...seen.completions.values()].reduce((sum, { records, ids }) => sum + records - ids.size, 0),
    reasons: reasonsOf(seen),
  }
}

/** True when nothing that was expected is missing. */
export function hasArrived(judged: Judged): boolean {
  return rowsOf(judged).every(({ missing }) => missing === 0)
}

/** True when everything is there exactly once. */
export function isFlawless(judged: Judged): boolean {
  return rowsOf(judged).every(isExact)
}

function rowsOf({ completions, credentials, badges, statements, hrRecords, deadLetters }: Judged): Figures[] {
  return [completions, credentials, badges, statements, hrRecords, deadLetters]
}

function timesOf(seen: ReadonlyMap<string, Seen<unknown>>): Map<string, number> {
  return new Map([...seen].map(([key, { ids }]) => [key, ids.size]))
}

const SCORE_TOLERANCE = 0.01

function withWrong(figures: Figures, { completions }: Expectation, seen: SeenTopics, name: (key: string) => string): Figures {
  const wrong: string[] = []
  for (const [key, { completedAt, score }] of completions) {
    const data = seen.completions.get(key)?.data
    if (!data) continue
    if (completedAt !== null && Date.parse(data.completed_at) !== completedAt)
      wrong.push(`completed_at ${data.completed_at} instead of ${new Date(completedAt).toISOString()}: ${name(key)}`)
    if (score !== null && Math.abs((data.score ?? -1) - score) > SCORE_TOLERANCE)
      wrong.push(`score ${data.score} instead of ${score}: ${name(key)}`)
  }
  return { ...figures, problems: [...figures.problems, ...wrong.slice(0, 5)] }
}

function statementFigures(byId: ReadonlyMap<string, number>, { statements, optionalStatements }: Expectation, foreign: number): Figures {
  const repeated = [...byId].filter(([, times]) => times > 1)
  const own = byId.size - foreign
  const missing = Math.max(0, statements - own)
  const surplus = Math.max(0, own - statements - optionalStatements)
  const problems = repeated.slice(0, 5).map(([id, times]) => `${times} times: statement ${id}`)
  if (missing > 0 || surplus > 0) problems.push(`${own} statements about the input's learners instead of ${statements}`)
  return { expected: statements, found: Math.min(own, statements), missing, double: repeated.length, unexpected: surplus, problems }
}

function deadLetterFigures(malformed: readonly SentMalformed[], { deadLetters }: SeenTopics): Figures {
  const sent = new Map(malformed.map((message) => [placeName(message), message]))
  // Several services refuse the same message, each once or more: once is enough and more is no harm.
  const times = new Map([...deadLetters.keys()].map((key) => [key, 1]))
  const name = (key: string) => {
    const message = sent.get(key)
    return message ? `events.jsonl:${message.line} at ${key} (${message.reason})` : `${key}, refused as: ${deadLetters.get(key)?.reason}`
  }
  return compare({ expected: sent.keys(), times, name })
}

function reasonsOf({ deadLetters }: SeenTopics): Map<string, number> {
  const reasons = new Map<string, number>()
  for (const { reason } of deadLetters.values()) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  return new Map([...reasons].sort(([, a], [, b]) => b - a))
}

function describe(cohort: Cohort, key: string): string {
  const known = cohort.cases.get(key)
  if (!known) return `enrollment ${key}, which is not in the input`
  const { userId, versionId, enrollRows, cancelRow } = known
  const enrolled = enrollRows.length === 0 ? 'never enrolled' : cancelRow ? 'cancelled' : 'enrolled'
  return `learner ${userId} in course version ${versionId} (${enrolled}, by ${cohort.routeOf(userId) === 'rest' ? 'REST' : 'Kafka'})`
}

/** Enrollment key by completion_id. */
export function completionIds({ completions }: SeenTopics): Map<string, string> {
  return new Map([...completions.values()].map(({ data }) => [data.completion_id, enrollmentKey(data)]))
}
