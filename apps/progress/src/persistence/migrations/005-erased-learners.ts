import type { Migration } from '@laurel/postgres'

/** Whose data was erased, as a hash that only someone who knows the id can find. */
export const erasedLearnersMigration: Migration = {
  name: '005-erased-learners',
  sql: `
    create table erased_learner (
      user_hash bytea not null,
      erased_at timestamptz not null,
      passed_over bigint not null default 0,
      constraint pk_erased_learner primary key (user_hash)
    );
  `,
}
