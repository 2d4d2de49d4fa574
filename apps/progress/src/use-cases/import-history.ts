import type { CourseVersionStore } from '@laurel/course-versions'
import { retryingTransaction, transaction, type Tx } from '@laurel/postgres'
import type { DataSource } from 'typeorm'
import {
  addErrors,
  errorsAfter,
  findRun,
  KEPT_ERRORS,
  lockRun,
  newRun,
  saveRun,
  type ImportError,
  type ImportRun,
} from '../persistence/import-store'
import { applyRows } from './import/apply-rows'
import { EnrolledAbove } from './import/enrolled-above'
import { UnreadableFileError } from './import/file-row'
import type { NumberedRow, RowOutcome } from './import/row-outcome'
import { RowsOfFile, type ImportFormat } from './import/rows-of-file'

export interface ImportRequest {
  /** The caller's name for this import, under which it can be sent again. */
  readonly importId: string
  readonly format: ImportFormat
  readonly body: AsyncIterable<Buffer>
  /** Says what would happen, and neither writes nor announces anything. */
  readonly isDryRun: boolean
}

export type ImportOutcome =
  | { readonly kind: 'finished'; readonly run: ImportRun; readonly errors: readonly ImportError[] }
  /** The rows that were applied under this id are others. */
  | { readonly kind: 'another-file' }
  /** Somebody else sends this import and is further: they go on. */
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'unreadable'; readonly field: string; readonly reason: string }

/** Rows of one transaction: long enough to be fast, short enough not to keep a learner waiting. */
const PORTION = 500
/** Errors in the answer; the others are read page by page. */
const SHOWN_ERRORS = 100

/**
 * Applies a file of history, portion by portion, each in a transaction of its own that also notes how far the import has
 * got. The same file sent again under the same id goes on behind the last portion; one that is finished gives its result
 * again. Nothing is held between portions: of two requests with one id the first to commit a portion goes on, and the
 * other is overtaken. The body is read to its end whatever the outcome.
 *
 * @throws what the database or the body throws: what was committed stays, and the import can be sent again
 */
export async function importHistory(dataSource: DataSource, versions: CourseVersionStore, request: ImportRequest): Promise<ImportOutcome> {
  const file = new RowsOfFile(request.format, request.body)
  try {
    return request.isDryRun ? await tryOut(dataSource, versions, request, file) : await carryOn(dataSource, versions, request, file)
  } catch (error) {
    if (error instanceof UnreadableFileError) return { kind: 'unreadable', field: error.field, reason: error.message }
    throw error
  } finally {
    // A sender that is gone ends the body with an error; there is nobody to tell then.
    await file.drain().catch(() => undefined)
  }
}

async function carryOn(
  dataSource: DataSource,
  versions: CourseVersionStore,
  { importId }: ImportRequest,
  file: RowsOfFile,
): Promise<ImportOutcome> {
  const known = (await transaction(dataSource, (tx) => findRun(tx, importId))) ?? newRun(importId, new Date())
  while (file.position < known.rows) {
    const skipped = await file.take(Math.min(PORTION, known.rows - file.position))
    if (skipped.length === 0) return { kind: 'another-file' }
  }
  if (!file.digest().equals(known.rowsHash)) return { kind: 'another-file' }
  if (known.state !== 'running') return (await file.take(1)).length > 0 ? { kind: 'another-file' } : finished(dataSource, known)
  for (;;) {
    const before = { rows: file.position, rowsHash: file.digest() }
    const portion = await takePortion(file)
    const run = await retryingTransaction(dataSource, async (tx) => {
      const current = await lockRun(tx, importId)
      const isOurs = current.state === 'running' && current.rows === before.rows && current.rowsHash.equals(before.rowsHash)
      return isOurs ? apply(tx, versions, current, portion) : null
    })
    if (run === null) return { kind: 'overtaken' }
    if (run.state !== 'running') return finished(dataSource, run)
  }
}

/** Rows with what the import will have come to behind them. */
interface Portion {
  readonly rows: readonly NumberedRow[]
  readonly rowsHash: Buffer
  readonly state: ImportRun['state']
}

async function takePortion(file: RowsOfFile): Promise<Portion> {
  const first = file.position + 1
  const rows = (await file.take(PORTION)).map(({ read }, index) => ({ number: first + index, read }))
  const isLast = rows.length < PORTION
  return { rows, rowsHash: file.digest(), state: !isLast ? 'running' : file.isBrokenOff ? 'stopped' : 'done' }
}

async function apply(tx: Tx, versions: CourseVersionStore, run: ImportRun, portion: Portion): Promise<ImportRun> {
  const outcomes = await applyRows(tx, versions, portion.rows)
  const errors = errorsIn(outcomes).slice(0, Math.max(0, KEPT_ERRORS - run.rejected))
  await addErrors(tx, run.importId, errors)
  return saveRun(tx, withOutcomes(run, portion, outcomes))
}

async function finished(dataSource: DataSource, run: ImportRun): Promise<ImportOutcome> {
  const errors = await transaction(dataSource, (tx) => errorsAfter(tx, run.importId, 0, SHOWN_ERRORS))
  return { kind: 'finished', run, errors }
}

/**
 * Does with each portion what an import does, and takes it back. What an earlier portion would have left behind is missing
 * then; of that, the enrollments are made again where a row needs one. A row that contradicts an attempt of an earlier
 * portion is not found, and one that repeats such a row counts as applied.
 */
async function tryOut(
  dataSource: DataSource,
  versions: CourseVersionStore,
  { importId }: ImportRequest,
  file: RowsOfFile,
): Promise<ImportOutcome> {
  const above = new EnrolledAbove()
  const errors: ImportError[] = []
  let run = newRun(importId, new Date())
  while (run.state === 'running') {
    const portion = await takePortion(file)
    const outcomes = await rolledBack(dataSource, async (tx) => {
      await above.enrollAgain(tx, portion.rows)
      return applyRows(tx, versions, portion.rows)
    })
    above.remember(portion.rows, outcomes)
    errors.push(...errorsIn(outcomes).slice(0, SHOWN_ERRORS - errors.length))
    run = withOutcomes(run, portion, outcomes)
  }
  return { kind: 'finished', run, errors }
}

/** Does the work in a transaction that is never committed. */
async function rolledBack<T>(dataSource: DataSource, work: (tx: Tx) => Promise<T>): Promise<T> {
  let result: { readonly value: T } | undefined
  try {
    await retryingTransaction(dataSource, async (tx) => {
      result = { value: await work(tx) }
      throw new RolledBack()
    })
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error
  }
  return result!.value
}

class RolledBack extends Error {}

function withOutcomes(run: ImportRun, { rows, rowsHash, state }: Portion, outcomes: readonly RowOutcome[]): ImportRun {
  const count = (kind: RowOutcome['kind']) => outcomes.filter((outcome) => outcome.kind === kind).length
  return {
    ...run,
    state,
    rowsHash,
    rows: run.rows + rows.length,
    applied: run.applied + count('applied'),
    unchanged: run.unchanged + count('unchanged'),
    rejected: run.rejected + count('rejected'),
  }
}

function errorsIn(outcomes: readonly RowOutcome[]): (ImportError & { userId: string | null })[] {
  return outcomes.flatMap((outcome) =>
    outcome.kind === 'rejected' ? [{ row: outcome.number, ...outcome.error, userId: outcome.userId }] : [],
  )
}
