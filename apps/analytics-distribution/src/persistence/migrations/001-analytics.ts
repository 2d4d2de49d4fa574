import type { Migration } from '@laurel/postgres'

/**
 * A statement keeps its row for ever, so that a fact that is told again is known; its body goes once it is delivered,
 * because the learning record store has it from then on. `sent` counts, because counting rows would read them all.
 */
export const analyticsMigration: Migration = {
  name: '001-analytics',
  sql: `
    create table destination (
      name text primary key,
      sent bigint not null default 0
    ) with (fillfactor = 10);
    insert into destination (name) values ('lrs');

    create table statement (
      statement_id uuid primary key,
      position bigint generated always as identity,
      fact text not null check (fact in ('lesson.completed', 'course.completed')),
      body text,
      created_at timestamptz not null default now(),
      sent_at timestamptz,
      failed_at timestamptz,
      last_error text,
      check ((body is null) = (sent_at is not null)),
      check (sent_at is null or failed_at is null)
    );
    create index statement_unsent on statement (position) where sent_at is null and failed_at is null;
    create index statement_failed on statement (position) where failed_at is not null;
  `,
}
