import type { Migration } from '@laurel/postgres'

/** Answers to requests that named an Idempotency-Key; the index finds those that are out of date. */
export const idempotencyKeysMigration: Migration = {
  name: '003-idempotency-keys',
  sql: `
    create table idempotency_key (
      user_id uuid not null,
      key varchar not null,
      fingerprint bytea not null,
      response jsonb not null,
      created_at timestamptz not null default now(),
      constraint pk_idempotency_key primary key (user_id, key)
    );
    create index idx_idempotency_key_created on idempotency_key (created_at);
    -- Whoever adds an answer removes some that are out of date, whosesoever they were; nobody writes one for another.
    create policy out_of_date on idempotency_key to progress_caller
      using (created_at <= now() - interval '24 hours') with check (false);
  `,
}
