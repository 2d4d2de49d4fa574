import type { Migration } from '@laurel/postgres'

/**
 * Learners of course versions that also run on external platforms, one row per enrollment and platform course, and the
 * runs of the checker that asks those platforms.
 */
export const learnersMigration: Migration = {
  name: '003-learners',
  sql: `
    create type enrollment_status as enum ('pending', 'enrolled', 'enrollment_failed', 'completed');
    create table learners (
      id uuid primary key default gen_random_uuid(),
      platform text not null,
      external_course_id text not null,
      external_learner_id text,
      course_version_id uuid not null,
      course_id uuid not null,
      user_id uuid not null,
      email text,
      enrollment_status enrollment_status not null,
      cycle integer not null,
      revision bigint not null,
      is_active boolean not null,
      completion_date timestamptz,
      completion_data text check (char_length(completion_data) <= 5000),
      last_completion_check timestamptz,
      last_check_error text,
      created_at timestamptz not null default now(),
      unique (course_version_id, user_id, platform, external_course_id)
    );
    create index enrollment_status_index on learners (enrollment_status);
    create index last_completion_check_index on learners (last_completion_check nulls first, id)
      where is_active and enrollment_status = 'enrolled';
    create index learners_email_index on learners (platform, external_course_id, lower(email));
    create index learners_user_index on learners (user_id);
    create index learners_course_index on learners (course_id, user_id);
    create index learners_external_learner_index on learners (platform, external_course_id, external_learner_id);

    create table checker_run (
      id uuid primary key default gen_random_uuid(),
      trigger text not null check (trigger in ('schedule', 'off-peak', 'request', 'check')),
      started_at timestamptz not null,
      finished_at timestamptz,
      ended text check (ended in ('nobody-due', 'budget', 'batch-done', 'platform-away', 'stopped', 'interrupted', 'failed')),
      processed integer not null default 0,
      completed integer not null default 0,
      errors integer not null default 0,
      undecided integer not null default 0,
      swept_to uuid,
      check ((finished_at is null) = (ended is null))
    );
    create index checker_run_started_index on checker_run (started_at desc, id desc);
    create index checker_run_open_index on checker_run (id) where finished_at is null;
  `,
}
