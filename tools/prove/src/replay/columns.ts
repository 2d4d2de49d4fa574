import type { Findings } from '../findings'
import type { FenceLook } from '../watch/applied'

/** What must be the same after everything was applied again, by table. When and from what a row was made may differ. */
const LISTED: Readonly<Record<string, string>> = {
  'completion.completion':
    'course_version_id, user_id, cycle, completion_id, course_id, org_id, completed_at, score, detected_by, detected_at, revoked_at',
  'completion.completion_ledger': 'course_version_id, user_id, cycle, cycle_started_at, status, revision, org_id, done, completed_at',
  'progress.enrollments':
    'user_id, course_version_id, enrolled_at, status, completed_at, source_of_enrollment, org_id, due_at, cycle, cycle_started_at, revision, requested_at, done_items, progress_percentage',
  'progress.lesson_progress': 'user_id, lesson_id, enrolled_course_version_id, status, progress_percentage, completed_at',
  'progress.quiz_attempts': 'user_id, quiz_id, enrolled_course_version_id, attempt_number, score, is_passed, started_at, completed_at',
  'credential.completions': 'completion_id, user_id, course_version_id, course_id, cycle, completed_at, score, org_id, wanted, outcome',
  'credential.certificates':
    'user_id, course_version_id, cycle, completion_id, certificate_uid, status, issued_at, expires_at, credly_badge_id',
  'hr.training_records': 'completion_id, user_id, course_version_id, cycle, completed_at, score, org_id, pushed_at, hr_record_id',
  'analytics.statement': 'statement_id, fact, sent_at',
}

/** Rows as text, by table. */
export type Columns = ReadonlyMap<string, ReadonlySet<string>>

/** When outside systems were told; who comes back as they were tells them again, under the same key. */
const TOLD = /\b(?:pushed|sent)_at\b/g

/** Whether the time at which outside systems were told is to be the same too, or only that they were. */
export type Told = 'once' | 'perhaps again'

export async function readColumns(fences: FenceLook, told: Told): Promise<Columns> {
  const tables = new Map<string, Set<string>>()
  for (const [table, columns] of Object.entries(LISTED)) {
    const { rows } = await fences.query<{ row: string }>(
      `select row_to_json(listed)::text as row from (select ${told === 'once' ? columns : columns.replaceAll(TOLD, '$& is not null as $&')} from ${table}) listed`,
    )
    tables.set(table, new Set(rows.map(({ row }) => row)))
  }
  return tables
}

/** A row that is gone is lost; one that is new, or has changed, is wrong. */
export function compareColumns(before: Columns, after: Columns, since: string, findings: Findings): void {
  for (const [table, rows] of before) {
    const now = after.get(table)!
    for (const row of rows) if (!now.has(row)) findings.add('lost', `${table} after "${since}": ${row.slice(0, 300)}`)
    for (const row of now) if (!rows.has(row)) findings.add('wrong', `${table} after "${since}": ${row.slice(0, 300)}`)
  }
}
