import { join } from 'node:path'
import { builtService, REPOSITORY } from '@laurel/dev-stack'

/** Data, logs and passwords of the benchmarks' own Kafka and Postgres. */
export const BENCH_DIRECTORY = join(REPOSITORY, '.laurel', 'bench')

/** What every benchmark was measured at last, and the page that shows it. */
export const RESULTS_FILE = join(REPOSITORY, 'bench', 'results.json')
export const README_FILE = join(REPOSITORY, 'README.md')

/** What decides the schema and the roles of a service's seeded tables: another content asks for another seed. */
export function schemaSources(service: string): string[] {
  const fromLibs = ['messaging/dist/migration.js', 'course-versions/dist/migration.js', 'postgres/dist/provision.js']
  return [join(builtService(service), 'persistence', 'migrations'), ...fromLibs.map((path) => join(REPOSITORY, 'libs', path))]
}
