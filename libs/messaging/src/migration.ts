import type { Migration } from '@laurel/postgres'

/**
 * The tables that every service with consumers or events keeps in its own schema.
 *
 * consumer_fence: the only cursor of a (group, topic, partition). outbox: what is decided but not yet published.
 * parked_event: what waits for something that has not arrived.
 */
export const messagingMigration: Migration = {
  name: '000-messaging',
  sql: `
    create table consumer_fence (
      group_id text not null,
      topic text not null,
      partition integer not null,
      cluster_id text not null,
      next_offset bigint not null check (next_offset >= 0),
      updated_at timestamptz not null default now(),
      primary key (group_id, topic, partition)
    ) with (fillfactor = 10);

    create table outbox (
      id bigint generated always as identity primary key,
      topic text not null,
      key bytea,
      headers jsonb not null,
      payload bytea,
      created_at timestamptz not null default now()
    );

    create table parked_event (
      id bigint generated always as identity primary key,
      waits_for text not null,
      reason text not null,
      topic text not null,
      partition integer not null,
      record_offset bigint not null,
      key bytea,
      headers jsonb not null,
      payload bytea,
      record_time timestamptz not null,
      parked_at timestamptz not null default now(),
      unique (topic, partition, record_offset)
    );
    create index parked_event_waits_for on parked_event (waits_for, id);
  `,
}
