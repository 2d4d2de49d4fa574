import { QuizAttemptedV1, quizAttemptedId, sourceOf } from '@laurel/contracts'
import { passes, type Rule } from '@laurel/course-rule'
import { addToOutbox, toOutbox, type OutboxEvent } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { findQuizAttempts, quizAttemptKey, quizAttemptsOf, writeQuizAttempts, type QuizAttempt } from '../persistence/quiz-attempt-store'
import type { Standing } from '../persistence/standing-store'
import { SERVICE } from '../service-name'
import { advanceStandings } from './advance-standings'
import { recordLateAttempts } from './late-evidence'

/** Whether a score passes this quiz of the version. */
export function isPassed(rule: Rule, quizId: string, score: number): boolean {
  const item = rule.items[rule.ordinalOf.get(quizId)!]!
  return item.kind === 'quiz' && passes(score, item.passThreshold)
}

/** An attempt as a learner's gateway reports it. */
export type ReportedAttempt = Omit<QuizAttempt, 'attemptNumber' | 'completedAt'> & {
  /** Without one it gets the next. */
  readonly attemptNumber: number | null
  /** Without one it is the time of the report. */
  readonly completedAt: Date | null
  readonly reportedAt: Date
}

/** Where attempts belong: the enrollment, locked in this transaction, and the rule of its course version. */
export interface Place {
  readonly standing: Standing
  readonly rule: Rule
}

export type ReportOutcome =
  | { readonly kind: 'recorded'; readonly attempt: QuizAttempt }
  /** By another attempt: nothing was recorded. */
  | { readonly kind: 'number-taken'; readonly attemptNumber: number }
  | { readonly kind: 'no-number-left' }
  /** Finished before the open cycle began, and not told which attempt of its own cycle it was: nothing was recorded. */
  | { readonly kind: 'number-needed'; readonly cycleStartedAt: Date }

/** The largest that an attempt can have, in the events and in the table. */
const LAST_NUMBER = 2_147_483_647

/**
 * Records one attempt and announces it as `quiz.attempted`. Attempts at one enrollment wait for each other, so numbers are
 * given without gaps or repetition. A repeat of a recorded attempt returns that and announces nothing; nor does an
 * attempt of a closed cycle, which is recorded there.
 */
export async function recordReportedAttempt(tx: Tx, report: ReportedAttempt, place: Place): Promise<ReportOutcome> {
  const { attemptNumber: named, completedAt, reportedAt, ...attempt } = report
  const { standing } = place
  if (completedAt !== null && completedAt < standing.cycleStartedAt) {
    if (named === null) return { kind: 'number-needed', cycleStartedAt: standing.cycleStartedAt }
    const late = { ...attempt, attemptNumber: named, completedAt }
    const contradicting = await recordLateAttempts(tx, [late])
    return contradicting.has(late) ? { kind: 'number-taken', attemptNumber: named } : { kind: 'recorded', attempt: late }
  }
  const former = (await quizAttemptsOf(tx, attempt)).filter((known) => known.quizId === attempt.quizId)
  const known = former.find((one) => isRepeat(one, report))
  if (known) return { kind: 'recorded', attempt: known }
  const attemptNumber = named ?? Math.max(0, ...former.map((one) => one.attemptNumber)) + 1
  if (former.some((one) => one.attemptNumber === attemptNumber)) return { kind: 'number-taken', attemptNumber }
  if (attemptNumber > LAST_NUMBER) return { kind: 'no-number-left' }
  const recorded = { ...attempt, attemptNumber, completedAt: completedAt ?? reportedAt }
  await writeQuizAttempts(tx, [recorded])
  await advanceByPassed(tx, [{ ...place, attempt: recorded }])
  await addToOutbox(tx, [quizAttempted(recorded, standing.cycle)])
  return { kind: 'recorded', attempt: recorded }
}

/** The number tells, and without one the time does; what a report does not name cannot contradict. */
function isRepeat(known: QuizAttempt, { attemptNumber, completedAt, score }: ReportedAttempt): boolean {
  const isOneNamed = attemptNumber !== null || completedAt !== null
  const isSameNumber = attemptNumber === null || attemptNumber === known.attemptNumber
  const isSameTime = completedAt === null || completedAt.getTime() === known.completedAt.getTime()
  return isOneNamed && isSameNumber && isSameTime && score === known.score
}

/** An attempt and where it belongs. */
export interface PlacedAttempt extends Place {
  readonly attempt: QuizAttempt
}

export interface RecordedAttempts {
  /** Those that are recorded by it, in the open cycle or, without a further effect, in a closed one. */
  readonly added: ReadonlySet<QuizAttempt>
  /** Those that are not recorded, because their number is that of an attempt with another score. */
  readonly contradicting: ReadonlySet<QuizAttempt>
}

/**
 * Records attempts that have their numbers; of several with one number the first counts. One of a closed cycle is recorded
 * there and changes nothing else.
 *
 * @param options.announce whether each new one of the open cycle is announced, once, as `quiz.attempted` with the
 *   deterministic id of the fact; false for attempts that another service has announced already
 */
export async function recordNumberedAttempts(
  tx: Tx,
  placed: readonly PlacedAttempt[],
  { announce }: { readonly announce: boolean },
): Promise<RecordedAttempts> {
  const isLate = ({ attempt, standing }: PlacedAttempt) => attempt.completedAt < standing.cycleStartedAt
  const late = placed.filter(isLate).map(attemptOf)
  const lateContradicting = await recordLateAttempts(tx, late)
  const open = placed.filter((one) => !isLate(one))
  const written = new Set(await writeQuizAttempts(tx, open.map(attemptOf)))
  const added = open.filter(({ attempt }) => written.has(attempt))
  await advanceByPassed(tx, added)
  if (announce)
    await addToOutbox(
      tx,
      added.map(({ attempt, standing }) => quizAttempted(attempt, standing.cycle)),
    )
  const others = open.map(attemptOf).filter((attempt) => !written.has(attempt))
  const known = await findQuizAttempts(tx, others)
  const contradicting = others.filter((attempt) => known.get(quizAttemptKey(attempt))?.score !== attempt.score)
  return {
    added: new Set([...written, ...late.filter((attempt) => !lateContradicting.has(attempt))]),
    contradicting: new Set([...lateContradicting, ...contradicting]),
  }
}

function attemptOf({ attempt }: PlacedAttempt): QuizAttempt {
  return attempt
}

async function advanceByPassed(tx: Tx, placed: readonly PlacedAttempt[]): Promise<void> {
  const passed = placed.filter(({ attempt }) => attempt.passed)
  await advanceStandings(
    tx,
    passed.map(({ standing, rule, attempt }) => ({ standing, rule, itemId: attempt.quizId })),
  )
}

function quizAttempted(attempt: QuizAttempt, cycle: number): OutboxEvent {
  const data = {
    user_id: attempt.userId,
    course_version_id: attempt.courseVersionId,
    quiz_id: attempt.quizId,
    attempt_number: attempt.attemptNumber,
  }
  return toOutbox(
    QuizAttemptedV1,
    { id: quizAttemptedId({ ...data, cycle }), source: sourceOf(SERVICE) },
    {
      ...data,
      score: attempt.score,
      is_passed: attempt.passed,
      ...(attempt.startedAt ? { started_at: attempt.startedAt.toISOString() } : {}),
      completed_at: attempt.completedAt.toISOString(),
    },
  )
}
