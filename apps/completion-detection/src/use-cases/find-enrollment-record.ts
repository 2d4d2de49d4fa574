import { awaitedCourseVersion, type CourseVersionStore } from '@laurel/course-versions'
import { parkedOfKey } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import type { ClosedRecord, EnrollmentRecord } from '../domain/enrollment-record'
import { decodeLog } from '../domain/evidence-log'
import { emptyLedger } from '../domain/ledger'
import { completionsOfEnrollment } from '../persistence/completion-store'
import { closedCycles, readPages } from '../persistence/cycle-store'
import { ledgerKey, type LedgerKey } from '../persistence/ledger-key'
import { findLedger } from '../persistence/ledger-store'
import { findOutsideFacts } from '../persistence/outside-completion-store'

/** Waiting events that an explanation shows at most. */
const WAITING_SHOWN = 100

/** All that is known of an enrollment; null when that is nothing. */
export async function findEnrollmentRecord(tx: Tx, versions: CourseVersionStore, key: LedgerKey): Promise<EnrollmentRecord | null> {
  const ledger = await findLedger(tx, key)
  const completions = await completionsOfEnrollment(tx, key)
  const waiting = await parkedOfKey(tx, awaitedCourseVersion(key.courseVersionId), ledgerKey(key), WAITING_SHOWN)
  if (ledger === null && completions.length === 0 && waiting.length === 0) return null
  return {
    ledger: ledger ?? emptyLedger({ courseVersionId: key.courseVersionId, userId: key.userId }),
    orgId: ledger === null ? (completions.at(-1)?.orgId ?? null) : ledger.orgId,
    course: (await versions.find(tx, new Set([key.courseVersionId]))).get(key.courseVersionId) ?? null,
    closed: await closedRecords(tx, key),
    completions,
    outside: (await findOutsideFacts(tx, [key])).get(ledgerKey(key)) ?? [],
    waiting,
  }
}

async function closedRecords(tx: Tx, key: LedgerKey): Promise<ClosedRecord[]> {
  const records: ClosedRecord[] = []
  for (const cycle of (await closedCycles(tx, [key])).get(ledgerKey(key)) ?? []) {
    const pages = (await readPages(tx, [cycle])).get(ledgerKey(key)) ?? []
    // Its log may hold what was observed after its end, before that was known: that went on to a later cycle.
    const observations = decodeLog(Buffer.concat(pages)).filter(({ at }) => at < cycle.endedAt)
    records.push({ ...cycle, observations })
  }
  return records
}
