import type { Migration } from '@laurel/postgres'

// What a caller is, as CallerDatabase says at the start of the transaction. Each is null when nothing or '' was said, and
// null matches no row. As a subquery it is evaluated once per statement, not once per row.
const CALLER = `(select nullif(current_setting('laurel.user_id', true), '')::uuid)`
const IS_ADMIN = `(select current_setting('laurel.role', true) = 'admin')`
const ADMINISTERED_ORG = `(select case when current_setting('laurel.role', true) = 'org_admin'
                                 then nullif(current_setting('laurel.org_id', true), '')::uuid end)`

const callersRow = (isOfOrganisation: string) => `user_id = ${CALLER} or ${IS_ADMIN} or ${isOfOrganisation}`

const HAS_ORG = `org_id = ${ADMINISTERED_ORG}`
/** Last and behind a check of its own, so that the enrollment is looked up for an organisation's administrator alone. */
const enrollmentHasOrg = (table: string) => `(${ADMINISTERED_ORG} is not null and exists (
  select from enrollments e
   where e.user_id = ${table}.user_id and e.course_version_id = ${table}.enrolled_course_version_id and e.${HAS_ORG}))`

/** Whose rows a caller sees, changes and leaves behind, by table. An answer that is kept for a caller is nobody else's. */
const CALLERS_ROWS = {
  enrollments: callersRow(HAS_ORG),
  enrollments_archive: callersRow(HAS_ORG),
  lesson_progress: callersRow(enrollmentHasOrg('lesson_progress')),
  lesson_progress_archive: callersRow(enrollmentHasOrg('lesson_progress_archive')),
  quiz_attempts: callersRow(enrollmentHasOrg('quiz_attempts')),
  quiz_attempts_archive: callersRow(enrollmentHasOrg('quiz_attempts_archive')),
  idempotency_key: `user_id = ${CALLER}`,
}
/** What names learners and is no caller's. */
const WRITERS_ALONE = ['import_run', 'import_error', 'erased_learner']

/** Forced, so that not even the owner passes; a role without a policy sees nothing. */
const secure = (table: string) => `
    alter table ${table} enable row level security;
    alter table ${table} force row level security;
    create policy of_writer on ${table} to progress_writer using (true) with check (true);
    grant select, insert, update, delete on ${table} to progress_writer;`

const admitCallers = ([table, condition]: [string, string]) => `
    create policy of_caller on ${table} to progress_caller using (${condition}) with check (${condition});
    grant select, insert on ${table} to progress_caller;`

/**
 * Who may touch what. progress_writer writes for many learners at once (consumers, batches, sweeps, import) and is
 * bounded by tables alone; progress_caller acts for one caller and is bounded by rows, and by columns, so that no row
 * can be moved to another learner, course or organisation. The owner of the schema, who migrates it, sees no row of these
 * tables: a migration that moves their data takes on progress_writer (`set local role`).
 */
export const rowLevelSecurityMigration: Migration = {
  name: '009-row-level-security',
  sql: `
    ${[...Object.keys(CALLERS_ROWS), ...WRITERS_ALONE].map(secure).join('')}
    ${Object.entries(CALLERS_ROWS).map(admitCallers).join('')}

    grant update (status, completed_at, due_at, cycle, cycle_started_at, revision, requested_at, revoked_completion_id, status_reason,
                  done_items, progress_percentage, updated_at) on enrollments to progress_caller;
    grant update (status, progress_percentage, last_accessed_at, started_at, completed_at)
      on lesson_progress, lesson_progress_archive to progress_caller;
    grant update (fingerprint, response, created_at) on idempotency_key to progress_caller;
    -- The records of a cycle that is closed move to the archive.
    grant delete on lesson_progress, quiz_attempts, idempotency_key to progress_caller;

    -- Hashes alone: whoever enrolls a learner must know whether they were erased.
    create policy of_caller on erased_learner for select to progress_caller using (true);
    grant select on erased_learner to progress_caller;

    grant select, insert on course_version to progress_writer;
    grant select on course_version to progress_caller;
    grant select, insert, update, delete on consumer_fence, outbox, parked_event to progress_writer;
    grant insert on outbox to progress_caller;
  `,
}
