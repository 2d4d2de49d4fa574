import type { Migration } from '@laurel/postgres'

/**
 * What platforms delivered. `delivery_key` is the platform's signed id of it, or the SHA-256 of the body: a repeat has
 * the same. A delivery with a `due_at` is to be processed from then on; one that waits names the courses whose learners
 * it waits for.
 */
export const webhooksMigration: Migration = {
  name: '002-webhooks',
  sql: `
    create table webhook_delivery (
      delivery_id uuid primary key default uuidv7(),
      platform text not null,
      delivery_key text not null,
      headers jsonb not null,
      body bytea,
      received_at timestamptz not null,
      status text not null default 'received' check (status in ('received', 'waiting', 'done', 'failed')),
      reason text,
      awaited_courses text[] not null default '{}',
      attempts integer not null default 0,
      due_at timestamptz,
      settled_at timestamptz,
      unique (platform, delivery_key),
      check ((due_at is not null) = (status in ('received', 'waiting'))),
      check (due_at is null or body is not null)
    );
    create index webhook_delivery_due on webhook_delivery (due_at) where due_at is not null;
    create index webhook_delivery_unsettled on webhook_delivery (status, delivery_id) where status <> 'done';
    create index webhook_delivery_awaited on webhook_delivery using gin (awaited_courses) where status = 'waiting';
    create index webhook_delivery_done on webhook_delivery (settled_at) where status = 'done' and body is not null;
  `,
}
