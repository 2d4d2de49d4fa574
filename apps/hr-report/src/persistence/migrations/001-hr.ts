import type { Migration } from '@laurel/postgres'

/**
 * course_versions: what HR needs of them; a row without published_at holds the place of a version that completions
 * know of but that has not arrived. training_records: one per completion; queued_at when its push was enqueued,
 * pushed_at when HR had taken it.
 */
export const hrMigration: Migration = {
  name: '001-hr',
  sql: `
    create table course_versions (
      course_version_id uuid not null,
      title text,
      course_code text,
      credit_hours double precision,
      org_id uuid,
      published_at timestamptz,
      constraint pk_course_versions primary key (course_version_id),
      constraint ck_course_versions_known check ((title is null) = (published_at is null))
    );

    create table training_records (
      completion_id uuid not null,
      user_id uuid not null,
      course_version_id uuid not null,
      course_id uuid not null,
      cycle integer not null,
      completed_at timestamptz not null,
      score double precision,
      org_id uuid,
      recorded_at timestamptz not null default now(),
      queued_at timestamptz,
      pushed_at timestamptz,
      hr_record_id text,
      constraint pk_training_records primary key (completion_id),
      constraint uq_training_records unique (user_id, course_version_id, cycle)
    );
    create index idx_training_records_waiting on training_records (course_version_id) where queued_at is null;
  `,
}
