import type { Migration } from '@laurel/postgres'

/** Where the records of closed cycles go: the tables of the open one, with the cycle in every key. */
export const cyclesMigration: Migration = {
  name: '002-cycles',
  sql: `
    create table enrollments_archive (
      user_id uuid not null,
      course_version_id uuid not null,
      cycle integer not null,
      enrolled_at timestamptz not null,
      status varchar not null,
      completed_at timestamptz,
      source_of_enrollment varchar,
      org_id uuid,
      due_at timestamptz,
      cycle_started_at timestamptz not null,
      -- The start of the next cycle.
      closed_at timestamptz not null,
      revision bigint not null,
      requested_at timestamptz,
      revoked_completion_id uuid,
      status_reason varchar,
      done_items bytea not null,
      progress_percentage smallint not null,
      created_at timestamptz not null,
      updated_at timestamptz not null default now(),
      constraint pk_enrollments_archive primary key (user_id, course_version_id, cycle),
      constraint ck_enrollments_archive_status check (status in ('active', 'completed', 'cancelled_by_user', 'revoked_by_admin')),
      constraint ck_enrollments_archive_percentage check (progress_percentage between 0 and 100)
    );

    create table lesson_progress_archive (
      user_id uuid not null,
      lesson_id uuid not null,
      enrolled_course_version_id uuid not null,
      cycle integer not null,
      status varchar not null,
      progress_percentage double precision not null,
      last_accessed_at timestamptz not null,
      started_at timestamptz,
      completed_at timestamptz,
      constraint pk_lesson_progress_archive primary key (user_id, lesson_id, enrolled_course_version_id, cycle),
      constraint ck_lesson_progress_archive_status check (status in ('not_started', 'in_progress', 'completed')),
      constraint ck_lesson_progress_archive_percentage check (progress_percentage between 0 and 100)
    );

    create table quiz_attempts_archive (
      id uuid not null default gen_random_uuid(),
      user_id uuid not null,
      quiz_id uuid not null,
      enrolled_course_version_id uuid not null,
      cycle integer not null,
      attempt_number integer not null,
      score double precision,
      is_passed boolean,
      started_at timestamptz,
      completed_at timestamptz,
      answers_snapshot jsonb,
      constraint pk_quiz_attempts_archive primary key (id, cycle),
      constraint uq_quiz_attempt_archive unique (user_id, quiz_id, enrolled_course_version_id, attempt_number, cycle)
    );
  `,
}
