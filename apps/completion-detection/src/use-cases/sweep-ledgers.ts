import type { CourseVersionStore } from '@laurel/course-versions'
import { retryingTransaction, transaction } from '@laurel/postgres'
import type { DataSource } from 'typeorm'
import type { LedgerKey } from '../persistence/ledger-key'
import { findSatisfiedUndecided } from '../persistence/ledger-store'
import { nextVersionToSweep } from '../persistence/swept-version-store'
import { decideLedgers } from './decide-ledgers'

const LEDGERS_PER_TRANSACTION = 500

export interface SweepResult {
  /** Ledgers that were satisfied but undecided, and are decided now. It should be 0. */
  readonly decided: number
  /** The course version after which the next sweep goes on; null when this one came to the end. */
  readonly sweptTo: string | null
}

/**
 * Decides ledgers of ours that are satisfied but undecided, whatever left them so: course version by course version,
 * from behind `after`, until `isOver`. At least one version is swept.
 */
export async function sweepLedgers(
  { dataSource, versions, now }: { dataSource: DataSource; versions: CourseVersionStore; now: () => Date },
  after: string | null,
  isOver: () => boolean,
): Promise<SweepResult> {
  let decided = 0
  let sweptTo = after
  do {
    const next = await transaction(dataSource, (tx) => nextVersionToSweep(tx, sweptTo))
    if (next === null) return { decided, sweptTo: null }
    decided += await sweepVersion(dataSource, versions, next, now)
    sweptTo = next
  } while (!isOver())
  return { decided, sweptTo }
}

async function sweepVersion(dataSource: DataSource, versions: CourseVersionStore, id: string, now: () => Date): Promise<number> {
  let decided = 0
  let after: string | null = null
  let found: LedgerKey[]
  do {
    found = await findIn(dataSource, versions, id, after)
    const keys = found
    if (keys.length > 0) decided += await retryingTransaction(dataSource, (tx) => decideLedgers(tx, versions, keys, now()))
    after = found.at(-1)?.userId ?? null
  } while (found.length === LEDGERS_PER_TRANSACTION)
  return decided
}

function findIn(dataSource: DataSource, versions: CourseVersionStore, id: string, after: string | null): Promise<LedgerKey[]> {
  return transaction(dataSource, async (tx) => {
    const version = (await versions.find(tx, new Set([id]))).get(id)
    return version ? findSatisfiedUndecided(tx, version, after, LEDGERS_PER_TRANSACTION) : []
  })
}
