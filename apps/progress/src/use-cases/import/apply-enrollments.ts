import type { Tx } from '@laurel/postgres'
import type { EnrollmentRequest } from '../../domain/enrollment'
import type { EnrollmentRow } from '../../domain/history-row'
import { enrollmentKey } from '../../persistence/enrollment-store'
import { requestEnrollments } from '../request-enrollments'
import { rejectedRow, type FittingRow, type RowOutcome } from './row-outcome'

export interface AppliedEnrollments {
  readonly outcomes: readonly RowOutcome[]
  /** The first row that found or made each enrollment, by `enrollmentKey`. */
  readonly enrolledBy: ReadonlyMap<string, number>
}

/** Applies enrollment rows as the requests that once made them. An enrollment that has changed since keeps its state. */
export async function applyEnrollments(tx: Tx, rows: readonly FittingRow<EnrollmentRow>[]): Promise<AppliedEnrollments> {
  const requests = rows.flatMap(({ number, row }) => requestsOf(row).map((request) => ({ number, request })))
  const decided = await requestEnrollments(
    tx,
    requests.map(({ request }) => request),
    { requester: { kind: 'platform' }, clock: () => new Date() },
  )
  const byRow = Map.groupBy(decided.entries(), ([index]) => requests[index]!.number)
  const enrolledBy = new Map<string, number>()
  const outcomes = rows.map(({ number, row }): RowOutcome => {
    const ofRow = byRow.get(number)!.map(([, outcome]) => outcome)
    const refused = ofRow.find((outcome) => !('enrollment' in outcome))
    if (refused && 'reason' in refused) return rejectedRow(number, row.userId, { field: 'status', detail: refused.reason })
    const key = enrollmentKey(row)
    if (!enrolledBy.has(key)) enrolledBy.set(key, number)
    return { number, kind: ofRow.some(({ kind }) => kind === 'changed') ? 'applied' : 'unchanged' }
  })
  return { outcomes, enrolledBy }
}

/** When an enrollment was cancelled is not told; a moment after it was made, any later request comes after that. */
function requestsOf(row: EnrollmentRow): EnrollmentRequest[] {
  const { userId, courseVersionId, sourceOfEnrollment, orgId, dueAt, enrolledAt } = row
  const enroll = {
    userId,
    courseVersionId,
    action: 'enroll',
    sourceOfEnrollment,
    orgId,
    dueAt,
    reason: null,
    requestedAt: enrolledAt,
  } as const
  return row.isCancelled ? [enroll, { ...enroll, action: 'cancel', requestedAt: new Date(enrolledAt.getTime() + 1) }] : [enroll]
}
