import type { ReadRow } from '../../domain/history-row'

/** One row of a file as it was read; what it says may still fit nothing that is known. */
export interface FileRow {
  readonly read: ReadRow
  /** What the file's fingerprint is made of. */
  readonly text: string
  /** Nothing after this row could be read. */
  readonly isEnd?: true
}

/** Bytes that one row may have. */
export const LONGEST_ROW = 1_048_576

/** The file is none of its kind: nothing of it was read. `field` is the column at fault. */
export class UnreadableFileError extends Error {
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message)
    this.name = 'UnreadableFileError'
  }
}

/** A row that says nothing. */
export function malformed(detail: string, text: string): FileRow {
  return { read: { ok: false, error: { field: null, detail }, userId: null }, text }
}
