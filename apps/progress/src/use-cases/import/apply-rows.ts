import type { Rule } from '@laurel/course-rule'
import type { CourseVersionStore } from '@laurel/course-versions'
import type { Tx } from '@laurel/postgres'
import { misfit } from '../../domain/fits'
import type { HistoryRow, RowError } from '../../domain/history-row'
import { lockEnrollments } from '../../persistence/enrollment-store'
import { erasedAmong } from '../../persistence/learner-data-store'
import { applyEnrollments } from './apply-enrollments'
import { applyEvidence } from './apply-evidence'
import { isOf, rejectedRow, type FittingRow, type NumberedRow, type RowOutcome } from './row-outcome'

/**
 * Applies rows as their events would be, with the same effects and announcements, and says what became of each, in their
 * order. A row may rest on those before it, in this call or recorded earlier. A rejected row changes nothing.
 */
export async function applyRows(tx: Tx, versions: CourseVersionStore, rows: readonly NumberedRow[]): Promise<RowOutcome[]> {
  const { fitting, rejected } = await judge(tx, versions, rows)
  // All of them first and in key order, so that two transactions cannot wait for each other.
  const enrolled = await lockEnrollments(
    tx,
    fitting.map(({ row }) => row),
  )
  const enrollments = await applyEnrollments(tx, fitting.filter(isOf('enrollment')))
  const evidence = await applyEvidence(
    tx,
    fitting,
    (key, number) => enrolled.has(key) || (enrollments.enrolledBy.get(key) ?? Infinity) < number,
  )
  return [...rejected, ...enrollments.outcomes, ...evidence].sort((a, b) => a.number - b.number)
}

const ERASED: RowError = { field: 'user_id', detail: 'is a learner who was erased: nothing is recorded of them' }
const UNKNOWN_VERSION: RowError = { field: 'course_version_id', detail: 'is no known course version' }

/** Sorts out what cannot be applied whatever the learner's enrollment says. */
async function judge(tx: Tx, versions: CourseVersionStore, rows: readonly NumberedRow[]) {
  const valid = rows.flatMap(({ number, read }) => (read.ok ? [{ number, row: read.row }] : []))
  const erased = await erasedAmong(
    tx,
    rows.flatMap(({ read }) => (read.ok ? read.row.userId : (read.userId ?? []))),
  )
  const known = await versions.find(tx, new Set(valid.map(({ row }) => row.courseVersionId)))
  const fitting: FittingRow[] = []
  const rejected: RowOutcome[] = rows.flatMap(({ number, read }) => {
    if (read.ok) return []
    const isErased = read.userId !== null && erased.has(read.userId)
    return [rejectedRow(number, isErased ? null : read.userId, read.error)]
  })
  for (const { number, row } of valid) {
    const rule = known.get(row.courseVersionId)?.rule
    const error = rule === undefined ? UNKNOWN_VERSION : misfitOf(row, rule)
    if (erased.has(row.userId)) rejected.push(rejectedRow(number, null, ERASED))
    else if (rule === undefined || error !== null) rejected.push(rejectedRow(number, row.userId, error!))
    else fitting.push({ number, row, rule })
  }
  return { fitting, rejected }
}

function misfitOf(row: HistoryRow, rule: Rule): RowError | null {
  if (row.record === 'lesson' && misfit(rule, 'lesson_id', row.lessonId) !== null)
    return { field: 'lesson_id', detail: 'is no lesson of this course version' }
  if (row.record === 'quiz_attempt' && misfit(rule, 'quiz_id', row.quizId) !== null)
    return { field: 'quiz_id', detail: 'is no quiz of this course version' }
  return null
}
