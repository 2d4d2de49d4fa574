import { join, resolve } from 'node:path'

/** The checkout; this file lies in tools/bench/src, or compiled in tools/bench/dist. */
export const REPOSITORY = resolve(__dirname, '..', '..', '..')

/** Data, logs and passwords of the benchmarks' own Kafka and Postgres. */
export const BENCH_DIRECTORY = join(REPOSITORY, '.laurel', 'bench')

/** A service as it was built. */
export function builtService(service: string): string {
  return join(REPOSITORY, 'apps', service, 'dist')
}

/** Every Kafka topic, as data. */
export const TOPICS_FILE = join(REPOSITORY, 'deploy', 'topics', 'topics.json')

/** What decides the schema and the roles of a service's seeded tables: another content asks for another seed. */
export function schemaSources(service: string): string[] {
  const fromLibs = ['messaging/dist/migration.js', 'course-versions/dist/migration.js', 'postgres/dist/provision.js']
  return [join(builtService(service), 'persistence', 'migrations'), ...fromLibs.map((path) => join(REPOSITORY, 'libs', path))]
}
