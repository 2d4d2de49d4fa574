import type { Migration } from '@laurel/postgres'

/** The table of course versions, in the schema of each service that judges progress by them. */
export const courseVersionsMigration: Migration = {
  name: '000-course-versions',
  sql: `
    create table course_version (
      course_version_id uuid primary key,
      course_id uuid not null,
      org_id uuid,
      title text not null,
      definition jsonb not null,
      external_refs jsonb not null,
      published_at timestamptz not null,
      received_at timestamptz not null default now()
    );
    create index course_version_course on course_version (course_id, published_at desc);
  `,
}
