import { join, resolve } from 'node:path'

/** The checkout; this file lies in tools/dev-stack/src, or compiled in tools/dev-stack/dist. */
export const REPOSITORY = resolve(__dirname, '..', '..', '..')

/** A service as it was built. */
export function builtService(service: string): string {
  return join(REPOSITORY, 'apps', service, 'dist')
}

/** The pom that names Kafka's jars. */
export const KAFKA_POM = join(REPOSITORY, 'tools', 'dev-stack', 'kafka', 'pom.xml')

/** Kafka's class path is kept here for every directory that runs one. */
export const KAFKA_CACHE = join(REPOSITORY, '.laurel', 'kafka')

/** One directory per test run lies here. */
export const TEST_DIRECTORY = join(REPOSITORY, '.laurel', 'test')

/** Every Kafka topic, as data. */
export const TOPICS_FILE = join(REPOSITORY, 'deploy', 'topics', 'topics.json')

/** Where `npm start` and `npm run stack` keep everything, unless LAUREL_DIR says otherwise. */
export const STACK_DIRECTORY = join(REPOSITORY, '.laurel')
