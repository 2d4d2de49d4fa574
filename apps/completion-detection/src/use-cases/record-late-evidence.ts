import type { Tx } from '@laurel/postgres'
import { unknownAmong } from '../domain/evidence'
import { decodeLog, encodeLog, type Observation } from '../domain/evidence-log'
import { addPages, closedCycles, nextPage, readPages } from '../persistence/cycle-store'
import { ledgerKey, type LedgerKey } from '../persistence/ledger-key'

/** What was observed of an enrollment before its open cycle began. */
export interface LateEvidence extends LedgerKey {
  readonly observations: readonly Observation[]
}

/**
 * Records evidence of closed cycles with the cycle that was open when it happened, once; it changes nothing else. The
 * enrollments are locked.
 */
export async function recordLateEvidence(tx: Tx, evidence: readonly LateEvidence[]): Promise<void> {
  const late = evidence.filter(({ observations }) => observations.length > 0)
  const closed = await closedCycles(tx, late)
  for (const { courseVersionId, userId, observations } of late) {
    for (const { cycle, startedAt, endedAt } of closed.get(ledgerKey({ courseVersionId, userId })) ?? []) {
      const ofCycle = observations.filter(({ at }) => at >= startedAt && at < endedAt)
      if (ofCycle.length === 0) continue
      const key = { courseVersionId, userId, cycle }
      const pages = (await readPages(tx, [key])).get(ledgerKey(key)) ?? []
      const added = unknownAmong(decodeLog(Buffer.concat(pages)), ofCycle)
      if (added.length > 0) await addPages(tx, [{ ...key, page: await nextPage(tx, key), entries: encodeLog(added) }])
    }
  }
}
