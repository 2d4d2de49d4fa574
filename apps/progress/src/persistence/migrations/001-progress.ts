import type { Migration } from '@laurel/postgres'

/** The published tables of learner progress, with their names, keys and indexes. */
export const progressMigration: Migration = {
  name: '001-progress',
  sql: `
    create table enrollments (
      user_id uuid not null,
      course_version_id uuid not null,
      enrolled_at timestamptz not null default now(),
      status varchar not null default 'active',
      completed_at timestamptz,
      source_of_enrollment varchar,
      org_id uuid,
      due_at timestamptz,
      cycle integer not null default 1,
      cycle_started_at timestamptz not null default 'epoch',
      revision bigint not null,
      requested_at timestamptz,
      revoked_completion_id uuid,
      status_reason varchar,
      -- What is done in the open cycle: bit i of the bitmap is the rule's item i. Kept with the percentage that the rule
      -- makes of it, so that neither is counted from rows when it is asked for.
      done_items bytea not null default '',
      progress_percentage smallint not null default 0,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      constraint pk_enrollments primary key (user_id, course_version_id),
      constraint ck_enrollments_status check (status in ('active', 'completed', 'cancelled_by_user', 'revoked_by_admin')),
      constraint ck_enrollments_percentage check (progress_percentage between 0 and 100)
    ) with (fillfactor = 70);
    create index idx_enrollments_status on enrollments (status);
    create index idx_enrollments_course_version on enrollments (course_version_id, user_id);

    create table lesson_progress (
      user_id uuid not null,
      lesson_id uuid not null,
      enrolled_course_version_id uuid not null,
      status varchar not null default 'not_started',
      progress_percentage double precision not null default 0,
      last_accessed_at timestamptz not null default now(),
      started_at timestamptz,
      completed_at timestamptz,
      constraint pk_lesson_progress primary key (user_id, lesson_id, enrolled_course_version_id),
      constraint ck_lesson_progress_status check (status in ('not_started', 'in_progress', 'completed')),
      constraint ck_lesson_progress_percentage check (progress_percentage between 0 and 100)
    );
    create index idx_lesson_progress_course_status on lesson_progress (user_id, enrolled_course_version_id, status);

    create table quiz_attempts (
      id uuid not null default gen_random_uuid(),
      user_id uuid not null,
      quiz_id uuid not null,
      enrolled_course_version_id uuid not null,
      attempt_number integer not null default 1,
      score double precision,
      is_passed boolean,
      started_at timestamptz,
      completed_at timestamptz,
      answers_snapshot jsonb,
      constraint pk_quiz_attempts primary key (id),
      constraint uq_quiz_attempt unique (user_id, quiz_id, enrolled_course_version_id, attempt_number)
    );
    create index idx_quiz_attempt_course_perf on quiz_attempts (user_id, enrolled_course_version_id);
  `,
}
