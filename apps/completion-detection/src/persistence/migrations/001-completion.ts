import type { Migration } from '@laurel/postgres'

/**
 * completion_ledger: one row per enrollment holds all that the completion of its open cycle hangs on, so that folding a
 * batch touches one row per learner and course, whatever the number of items. fillfactor 70 and no index on a changing
 * column keep updates HOT. `done` has a bit for each item of the rule that is done, `evidence` the latest observations
 * (see domain/evidence-log.ts); what it cannot hold any more went to evidence_page, and is never changed there.
 *
 * completion: the primary key is the once-only guard of every way that finds completions.
 */
export const completionMigration: Migration = {
  name: '001-completion',
  sql: `
    create table completion_ledger (
      course_version_id uuid not null,
      user_id uuid not null,
      cycle integer not null,
      cycle_started_at timestamptz not null,
      status text check (status in ('active', 'completed', 'cancelled_by_user', 'revoked_by_admin')),
      revision bigint not null,
      org_id uuid,
      done bit varying not null,
      evidence bytea not null,
      pages integer not null,
      completed_at timestamptz,
      primary key (course_version_id, user_id)
    ) with (fillfactor = 70);
    alter table completion_ledger alter column evidence set storage main;

    create table evidence_page (
      course_version_id uuid not null,
      user_id uuid not null,
      cycle integer not null,
      page integer not null,
      entries bytea not null,
      primary key (course_version_id, user_id, cycle, page)
    );

    create table closed_cycle (
      course_version_id uuid not null,
      user_id uuid not null,
      cycle integer not null,
      started_at timestamptz not null,
      ended_at timestamptz not null,
      status text,
      primary key (course_version_id, user_id, cycle)
    );

    create table outside_completion (
      id bigint generated always as identity primary key,
      course_version_id uuid not null,
      user_id uuid not null,
      detected_by text not null check (detected_by in ('webhook', 'checker', 'manual')),
      detected_from text not null,
      completed_at timestamptz,
      reason text,
      received_at timestamptz not null,
      unique nulls not distinct (course_version_id, user_id, detected_by, detected_from, completed_at)
    );

    create table completion (
      course_version_id uuid not null,
      user_id uuid not null,
      cycle integer not null,
      completion_id uuid not null unique,
      course_id uuid not null,
      org_id uuid,
      completed_at timestamptz not null,
      score double precision,
      detected_by text not null check (detected_by in ('events', 'webhook', 'checker', 'manual')),
      detected_from text,
      detected_at timestamptz not null,
      reason text,
      rule_hash text,
      revoked_at timestamptz,
      revoked_by text,
      revoked_reason text,
      primary key (course_version_id, user_id, cycle)
    );
    create index completion_detected on completion (detected_by, detected_at);
  `,
}
