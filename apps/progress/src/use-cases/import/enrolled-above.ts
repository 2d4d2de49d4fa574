import type { Tx } from '@laurel/postgres'
import { enrollmentKey } from '../../persistence/enrollment-store'
import { requestEnrollments } from '../request-enrollments'
import type { NumberedRow, RowOutcome } from './row-outcome'

/**
 * The enrollments that a file would have made in the portions before, of a trial that takes each portion back. It keeps a
 * text per enrollment, about 130 bytes, and nothing per lesson or attempt.
 */
export class EnrolledAbove {
  private readonly keys = new Set<string>()

  /** Enrolls those whom these rows may need, as long ago as can be, so that a row of the same enrollment still comes later. */
  async enrollAgain(tx: Tx, rows: readonly NumberedRow[]): Promise<void> {
    const named = rows.flatMap(({ read }) => (read.ok ? [read.row] : []))
    const needed = [...new Map(named.map((row) => [enrollmentKey(row), row])).values()].filter((row) => this.keys.has(enrollmentKey(row)))
    const action = { action: 'enroll', sourceOfEnrollment: null, orgId: null, dueAt: null, reason: null, requestedAt: new Date(0) } as const
    await requestEnrollments(
      tx,
      needed.map(({ userId, courseVersionId }) => ({ userId, courseVersionId, ...action })),
      { requester: { kind: 'platform' }, clock: () => new Date() },
    )
  }

  remember(rows: readonly NumberedRow[], outcomes: readonly RowOutcome[]): void {
    const applied = new Set(outcomes.filter(({ kind }) => kind === 'applied').map(({ number }) => number))
    for (const { number, read } of rows)
      if (read.ok && read.row.record === 'enrollment' && applied.has(number)) this.keys.add(enrollmentKey(read.row))
  }
}
