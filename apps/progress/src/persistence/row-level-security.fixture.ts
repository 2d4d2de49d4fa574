import { randomUUID } from 'node:crypto'
import { query, type Tx } from '@laurel/postgres'
import type { Caller } from '@laurel/service-shell'

export const [orgA, orgB] = [randomUUID(), randomUUID()] as const

/** A learner who has a row in every table, and the organisation that enrolled them, if any. */
export interface Owner {
  readonly userId: string
  readonly orgId: string | null
}

export const ofOrgA: Owner = { userId: randomUUID(), orgId: orgA }
export const ofNobody: Owner = { userId: randomUUID(), orgId: null }
export const courseVersionId = randomUUID()

export function caller(userId: string, role: 'learner' | 'org_admin' | 'admin' = 'learner', orgId: string | null = null): Caller {
  return { userId, orgId, roles: [role], isAdmin: role === 'admin', isOrgAdmin: role === 'org_admin' && orgId !== null }
}

interface GuardedTable {
  /** Columns and SQL values of a new row, beside user_id. */
  readonly row: Readonly<Record<string, string>>
  /** What callers may do with a row beside reading and adding it. */
  readonly may: readonly ('update' | 'delete')[]
  /** A column that a caller may change, where there is one, and one that they may not. */
  readonly open?: string
  readonly fixed: string
}

const LESSON = { lesson_id: ':id', enrolled_course_version_id: ':version' }
const ATTEMPT = { quiz_id: ':id', enrolled_course_version_id: ':version', attempt_number: '1' }
const ENROLLMENT = { org_id: ':org', revision: '1' }
const CLOSED = { enrolled_at: 'now()', status: `'completed'`, cycle_started_at: 'now()', closed_at: 'now()', created_at: 'now()' }

/** The tables with rows of learners that callers reach. */
export const GUARDED: Readonly<Record<string, GuardedTable>> = {
  enrollments: { row: { course_version_id: ':id', ...ENROLLMENT }, may: ['update'], open: 'status', fixed: 'org_id' },
  lesson_progress: { row: LESSON, may: ['update', 'delete'], open: 'status', fixed: 'enrolled_course_version_id' },
  quiz_attempts: { row: ATTEMPT, may: ['delete'], fixed: 'score' },
  enrollments_archive: {
    row: { course_version_id: ':id', ...ENROLLMENT, ...CLOSED, cycle: '1', done_items: `''`, progress_percentage: '100' },
    may: [],
    fixed: 'org_id',
  },
  lesson_progress_archive: {
    row: { ...LESSON, cycle: '1', status: `'completed'`, progress_percentage: '100', last_accessed_at: 'now()' },
    may: ['update'],
    open: 'status',
    fixed: 'cycle',
  },
  quiz_attempts_archive: { row: { ...ATTEMPT, cycle: '1' }, may: [], fixed: 'score' },
  idempotency_key: {
    row: { key: ':id', fingerprint: `''`, response: `'{}'` },
    may: ['update', 'delete'],
    open: 'response',
    fixed: 'key',
  },
}

/** Adds a row of the owner, each time another one. In the enrollments tables its id is that of the course version. */
export async function addRow(tx: Tx, table: string, { userId, orgId }: Owner, id: string = randomUUID()): Promise<void> {
  const row = Object.entries({ user_id: ':user', ...GUARDED[table]!.row })
  const given: Record<string, string | null> = { ':user': userId, ':version': courseVersionId, ':org': orgId, ':id': id }
  const values = row.map(([, value]) => (value in given ? literal(given[value]!) : value))
  await query(tx, { text: `insert into ${table} (${row.map(([column]) => column).join(', ')}) values (${values.join(', ')})` })
}

function literal(value: string | null): string {
  return value === null ? 'null' : `'${value}'`
}
