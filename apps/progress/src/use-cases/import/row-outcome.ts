import type { Rule } from '@laurel/course-rule'
import type { HistoryRow, ReadRow, RowError } from '../../domain/history-row'

/** A row and its number in the file, from 1. */
export interface NumberedRow {
  readonly number: number
  readonly read: ReadRow
}

/** What became of a row. */
export type RowOutcome = { readonly number: number } & (
  | { readonly kind: 'applied' }
  /** All that it says was recorded before. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'rejected'; readonly error: RowError; readonly userId: string | null }
)

/** A valid row of a known course version, with the rule of that. */
export interface FittingRow<R extends HistoryRow = HistoryRow> {
  readonly number: number
  readonly row: R
  readonly rule: Rule
}

/** Narrows to the rows of one kind. */
export function isOf<K extends HistoryRow['record']>(record: K) {
  return (one: FittingRow): one is FittingRow<Extract<HistoryRow, { record: K }>> => one.row.record === record
}

export function rejectedRow(number: number, userId: string | null, error: RowError): RowOutcome {
  return { number, kind: 'rejected', error, userId }
}
