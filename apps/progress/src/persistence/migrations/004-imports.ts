import type { Migration } from '@laurel/postgres'

/** How far each import of history has got, and what was wrong with its rows. */
export const importsMigration: Migration = {
  name: '004-imports',
  sql: `
    create table import_run (
      import_id uuid not null,
      -- stopped: the file could not be read to its end.
      state varchar not null default 'running',
      -- Rows of the file that are dealt with, and the SHA-256 over them: another file is told by it.
      rows integer not null default 0,
      rows_hash bytea not null,
      applied integer not null default 0,
      unchanged integer not null default 0,
      rejected integer not null default 0,
      started_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      constraint pk_import_run primary key (import_id),
      constraint ck_import_run_state check (state in ('running', 'done', 'stopped')),
      constraint ck_import_run_rows check (rows = applied + unchanged + rejected)
    );

    create table import_error (
      import_id uuid not null,
      row integer not null,
      field varchar,
      detail varchar not null,
      user_id uuid,
      constraint pk_import_error primary key (import_id, row)
    );
    create index idx_import_error_user on import_error (user_id);
  `,
}
