import { join, resolve } from 'node:path'

/** The checkout; this file lies in tools/bench/src, or compiled in tools/bench/dist. */
export const REPOSITORY = resolve(__dirname, '..', '..', '..')

/** Data, logs and passwords of the benchmarks' own Kafka and Postgres. */
export const BENCH_DIRECTORY = join(REPOSITORY, '.laurel', 'bench')

export const PROGRESS_MAIN = join(REPOSITORY, 'apps', 'progress', 'dist', 'main.js')

/** Every Kafka topic, as data. */
export const TOPICS_FILE = join(REPOSITORY, 'deploy', 'topics', 'topics.json')

/** What decides the schema and the roles of the seeded tables: another content asks for another seed. */
export const SCHEMA_SOURCES = [
  'apps/progress/dist/persistence/migrations',
  'libs/messaging/dist/migration.js',
  'libs/course-versions/dist/migration.js',
  'libs/postgres/dist/provision.js',
].map((path) => join(REPOSITORY, path))
