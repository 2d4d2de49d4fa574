import type { Tx } from '@laurel/postgres'
import type { LessonRow, QuizAttemptRow, RowError } from '../../domain/history-row'
import { lessonMark, markKey, mergeMarks, type LessonMark } from '../../domain/lesson-mark'
import { enrollmentKey } from '../../persistence/enrollment-store'
import { knownMarks } from '../../persistence/import-store'
import { lockStandings, type Standing } from '../../persistence/standing-store'
import { recordLessons, type PlacedMark } from '../record-lessons'
import { isPassed, recordNumberedAttempts } from '../record-quiz-attempts'
import { isOf, rejectedRow, type FittingRow, type RowOutcome } from './row-outcome'

const NOT_ENROLLED: RowError = { field: 'user_id', detail: 'is not enrolled in this course version: the enrollment must come first' }
const NUMBER_TAKEN: RowError = { field: 'attempt_number', detail: 'is recorded already, with another score' }

/**
 * Records the rows of lessons and quiz attempts, whatever the state of their enrollment.
 *
 * @param isEnrolled whether the enrollment of this `enrollmentKey` was there before the row of this number
 */
export async function applyEvidence(
  tx: Tx,
  rows: readonly FittingRow[],
  isEnrolled: (key: string, number: number) => boolean,
): Promise<RowOutcome[]> {
  const evidence = [...rows.filter(isOf('lesson')), ...rows.filter(isOf('quiz_attempt'))]
  const hasPlace = ({ number, row }: FittingRow) => isEnrolled(enrollmentKey(row), number)
  const placed = evidence.filter(hasPlace)
  const lessons = await applyLessons(tx, placed.filter(isOf('lesson')))
  const attempts = await applyAttempts(tx, placed.filter(isOf('quiz_attempt')))
  const strangers = evidence.filter((one) => !hasPlace(one)).map(({ number, row }) => rejectedRow(number, row.userId, NOT_ENROLLED))
  return [...lessons, ...attempts, ...strangers]
}

async function applyLessons(tx: Tx, rows: readonly FittingRow<LessonRow>[]): Promise<RowOutcome[]> {
  const standings = await standingsOf(tx, rows)
  const marks = rows.map(({ row, rule }): PlacedMark => ({
    mark: lessonMark(keyOf(row), row.percentage, row.occurredAt),
    standing: standings.get(enrollmentKey(row))!,
    rule,
  }))
  const known = await knownMarks(
    tx,
    marks.map(({ mark }) => mark),
  )
  const outcomes = rows.map(({ number }, index): RowOutcome => {
    const { mark, standing } = marks[index]!
    // What a closed cycle holds of it is not looked up: it counts as applied.
    if (mark.startedAt < standing.cycleStartedAt) return { number, kind: 'applied' }
    const before = known.get(markKey(mark))
    const after = mergeMarks(before ? [before, mark] : [mark])[0]!
    known.set(markKey(mark), after)
    return { number, kind: before && isSame(before, after) ? 'unchanged' : 'applied' }
  })
  await recordLessons(tx, marks, { announce: true })
  return outcomes
}

async function applyAttempts(tx: Tx, rows: readonly FittingRow<QuizAttemptRow>[]): Promise<RowOutcome[]> {
  // Read anew: the lessons of this portion have moved them.
  const standings = await standingsOf(tx, rows)
  const placed = rows.map(({ row, rule }) => {
    const { userId, courseVersionId, quizId, attemptNumber, score, startedAt, completedAt } = row
    const key = { userId, courseVersionId, quizId, attemptNumber }
    const attempt = { ...key, score, passed: isPassed(rule, quizId, score), startedAt, completedAt, answers: null }
    return { attempt, rule, standing: standings.get(enrollmentKey(row))! }
  })
  const { added, contradicting } = await recordNumberedAttempts(tx, placed, { announce: true })
  return rows.map(({ number, row }, index): RowOutcome => {
    const { attempt } = placed[index]!
    if (contradicting.has(attempt)) return rejectedRow(number, row.userId, NUMBER_TAKEN)
    return { number, kind: added.has(attempt) ? 'applied' : 'unchanged' }
  })
}

function standingsOf(tx: Tx, rows: readonly FittingRow[]): Promise<ReadonlyMap<string, Standing>> {
  return lockStandings(
    tx,
    rows.map(({ row }) => row),
  )
}

function isSame(a: LessonMark, b: LessonMark): boolean {
  const times = (mark: LessonMark) => [mark.startedAt, mark.lastAccessedAt, mark.completedAt].map((time) => time?.getTime())
  return a.percentage === b.percentage && times(a).join() === times(b).join()
}

function keyOf({ userId, courseVersionId, lessonId }: LessonRow) {
  return { userId, courseVersionId, lessonId }
}
