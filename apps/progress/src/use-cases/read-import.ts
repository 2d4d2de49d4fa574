import type { Tx } from '@laurel/postgres'
import { errorsAfter, findRun, type ImportError, type ImportRun } from '../persistence/import-store'

export interface ImportPage {
  readonly run: ImportRun
  readonly errors: readonly ImportError[]
  /** The row behind which the next page begins; null on the last. */
  readonly next: number | null
}

/** How far an import has got, with the kept errors of rows after `afterRow`; null when there is none of this id. */
export async function readImport(tx: Tx, importId: string, afterRow: number, limit: number): Promise<ImportPage | null> {
  const run = await findRun(tx, importId)
  if (run === null) return null
  const found = await errorsAfter(tx, importId, afterRow, limit + 1)
  const errors = found.slice(0, limit)
  return { run, errors, next: found.length > limit ? errors.at(-1)!.row : null }
}
