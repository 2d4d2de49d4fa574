import { binaryArray, query, type Tx } from '@laurel/postgres'
import type { Enrollment } from '../domain/enrollment'
import { enrollmentKey, type EnrollmentKey } from './enrollment-store'

/** The part of an enrollment that progress is judged by and that progress changes. */
export type Standing = Pick<Enrollment, 'userId' | 'courseVersionId' | 'status' | 'cycle' | 'cycleStartedAt' | 'doneItems' | 'percentage'>

interface StandingRow {
  /** Of the key, from 1. */
  place: number
  status: Enrollment['status']
  cycle: number
  /** Null for the first cycle's: almost all have it, and a time is dear to read. */
  later_cycle_started_at: Date | null
  done_items: Buffer
  progress_percentage: number
}

const FIRST_CYCLE_STARTED_AT = new Date(0)

const LOCK = {
  name: 'standing-lock',
  text: `select place::int4, status, cycle, nullif(cycle_started_at, 'epoch') as later_cycle_started_at, done_items, progress_percentage
           from unnest($1::uuid[], $2::uuid[]) with ordinality as k(user_id, course_version_id, place)
           join enrollments e using (user_id, course_version_id)
          order by e.user_id, e.course_version_id
            for no key update of e`,
}
const WRITE = {
  name: 'standing-write',
  text: `update enrollments e set done_items = n.done_items, progress_percentage = n.progress_percentage
           from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::int2[]) as n(user_id, course_version_id, done_items, progress_percentage)
          where e.user_id = n.user_id and e.course_version_id = n.course_version_id`,
}

/**
 * The standings that are there, by `enrollmentKey`, locked in key order until the transaction ends: whoever writes
 * progress, changes the status or opens a cycle waits for each other. A key may be named more than once.
 */
export async function lockStandings(tx: Tx, keys: readonly EnrollmentKey[]): Promise<Map<string, Standing>> {
  if (keys.length === 0) return new Map()
  const once = [...new Map(keys.map((key) => [enrollmentKey(key), key])).values()]
  const rows = await query<StandingRow>(tx, LOCK, [
    binaryArray.uuid(once.map((key) => key.userId)),
    binaryArray.uuid(once.map((key) => key.courseVersionId)),
  ])
  return new Map(
    rows.map((row) => {
      const standing = toStanding(once[row.place - 1]!, row)
      return [enrollmentKey(standing), standing]
    }),
  )
}

/** Writes what is done and its percentage of standings that `lockStandings` returned in the same transaction, each once. */
export async function writeStandings(tx: Tx, standings: readonly Standing[]): Promise<void> {
  if (standings.length === 0) return
  await query(tx, WRITE, [
    binaryArray.uuid(standings.map((standing) => standing.userId)),
    binaryArray.uuid(standings.map((standing) => standing.courseVersionId)),
    binaryArray.bytea(standings.map((standing) => standing.doneItems)),
    binaryArray.int2(standings.map((standing) => standing.percentage)),
  ])
}

function toStanding({ userId, courseVersionId }: EnrollmentKey, row: StandingRow): Standing {
  return {
    userId,
    courseVersionId,
    status: row.status,
    cycle: row.cycle,
    cycleStartedAt: row.later_cycle_started_at ?? FIRST_CYCLE_STARTED_AT,
    doneItems: row.done_items,
    percentage: row.progress_percentage,
  }
}
