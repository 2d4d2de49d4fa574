import type { Migration } from '@laurel/postgres'

/**
 * course_versions: the terms of a credential; a row without published_at holds the place of a version that completions
 * know of but that has not arrived.
 * completions: one per completion; wanted says whether credentials were enabled when it was recorded, queued_at when
 * its job was enqueued, outcome how that ended.
 * certificates: drawn with its certificate_uid before anything is asked of Credly; credly_asked_at is set before the
 * first request that may have an effect there, so that a later attempt knows to look for it first.
 * announced_credentials: what credential.issued says of completions whose certificates are not issued in this schema, because
 * it was emptied or restored; gone when they are.
 */
export const credentialMigration: Migration = {
  name: '001-credential',
  sql: `
    create table course_versions (
      course_version_id uuid not null,
      title text,
      credential_enabled boolean,
      validity_months integer,
      badge_template_id text,
      published_at timestamptz,
      constraint pk_course_versions primary key (course_version_id),
      constraint ck_course_versions_known check ((published_at is null) = (title is null) and (published_at is null) = (credential_enabled is null))
    );

    create table completions (
      completion_id uuid not null,
      user_id uuid not null,
      course_version_id uuid not null,
      course_id uuid not null,
      cycle integer not null,
      completed_at timestamptz not null,
      score double precision,
      org_id uuid,
      wanted boolean not null,
      recorded_at timestamptz not null default now(),
      queued_at timestamptz,
      outcome text,
      constraint pk_completions primary key (completion_id),
      constraint uq_completions unique (user_id, course_version_id, cycle),
      constraint ck_completions_outcome check (outcome in ('issued', 'not_required'))
    );
    create index idx_completions_waiting on completions (course_version_id) where wanted and queued_at is null;

    create table certificates (
      id uuid not null default gen_random_uuid(),
      user_id uuid not null,
      course_version_id uuid not null,
      cycle integer not null,
      completion_id uuid not null,
      certificate_uid uuid not null default gen_random_uuid(),
      status text not null default 'pending',
      issued_at timestamptz not null,
      expires_at timestamptz,
      metadata jsonb not null,
      recipient_email text not null,
      recipient_given_name text not null,
      recipient_family_name text not null,
      credly_asked_at timestamptz,
      credly_badge_id text,
      created_at timestamptz not null default now(),
      constraint pk_certificates primary key (id),
      constraint uq_certificates unique (user_id, course_version_id, cycle),
      constraint uq_certificates_uid unique (certificate_uid),
      constraint uq_certificates_completion unique (completion_id),
      constraint ck_certificates_status check (status in ('pending', 'issued'))
    );

    create table announced_credentials (
      completion_id uuid not null,
      certificate_uid uuid not null,
      issued_at timestamptz not null,
      expires_at timestamptz,
      constraint pk_announced_credentials primary key (completion_id)
    );
  `,
}
