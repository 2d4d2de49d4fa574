import type { Tx } from '@laurel/postgres'
import { erasedAt, parkedEventsOf } from '../persistence/learner-data-store'
import { exportPage, RECORD_LISTS, WORKING_LISTS, type ExportedList, type ExportedRow } from '../persistence/learner-export-store'

/** Runs work in one transaction of some role. */
export type Run = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>

export interface ExportRoles {
  /** Sees what the caller may see. */
  readonly caller: Run
  /** Sees the tables that no caller does. */
  readonly writer: Run
}

/** Where else the platform holds something of a learner that progress has taken in or given out. */
export const HELD_ELSEWHERE = [
  { where: 'the topics of the platform', what: 'every event about the learner that progress received or published' },
  { where: 'completion-detection', what: 'which items are done, and each completion with its evidence' },
  { where: 'credential, analytics-distribution, hr-report', what: 'what they made of completions: ask each of them' },
] as const

const PAGE = 500

/**
 * The parts of one JSON document with everything that progress holds about a learner, its lists in portions, so that no
 * more than a portion is in memory. Each portion is a transaction of its own: what changes meanwhile is in it or not.
 */
export async function* exportLearner(roles: ExportRoles, userId: string, now: Date): AsyncGenerator<string> {
  const erased = await roles.writer((tx) => erasedAt(tx, userId))
  const head = { user_id: userId, exported_at: now, erased_at: erased, held_elsewhere: HELD_ELSEWHERE }
  yield JSON.stringify(head).slice(0, -1)
  for (const list of RECORD_LISTS) yield* partsOf(list, roles.caller, userId)
  for (const list of WORKING_LISTS) yield* partsOf(list, roles.writer, userId)
  yield `,"parked_events":${JSON.stringify(await roles.writer((tx) => parkedEventsOf(tx, userId)))}}`
}

async function* partsOf(list: ExportedList, run: Run, userId: string): AsyncGenerator<string> {
  yield `,${JSON.stringify(list.name)}:[`
  let last: ExportedRow | null = null
  for (;;) {
    const after: ExportedRow | null = last
    const rows: ExportedRow[] = await run((tx) => exportPage(tx, list, userId, after, PAGE))
    if (rows.length > 0) yield (after === null ? '' : ',') + rows.map((row) => JSON.stringify(row)).join(',')
    last = rows.at(-1) ?? last
    if (rows.length < PAGE) break
  }
  yield ']'
}
