import { readFileSync } from 'node:fs'
import { createTopics, type TopicSpec } from '@laurel/messaging'
import { provision, serviceUrl } from '@laurel/postgres'
import { TOPICS_FILE } from '../paths'
import type { Secrets } from '../secrets'
import { SERVICES } from './services'

/**
 * Creates each service's roles and schemas; what exists stays. Returns the URL with which each service connects, by
 * service name.
 */
export async function provisionDatabases(adminUrl: string, secrets: Secrets): Promise<Record<string, string>> {
  const roles = SERVICES.map(({ name, schema, runtimeRoles = [] }) => ({
    name,
    role: { schema, runtimeRoles, password: secrets.of(`role ${schema}`) },
  }))
  await provision(
    adminUrl,
    roles.map(({ role }) => role),
  )
  return Object.fromEntries(roles.map(({ name, role }) => [name, serviceUrl(adminUrl, role)]))
}

/** Creates the missing topics of deploy/topics. Returns how many there are and how many were created. */
export async function provisionTopics(brokers: readonly string[]): Promise<{ all: number; created: number }> {
  const topics = JSON.parse(readFileSync(TOPICS_FILE, 'utf8')) as TopicSpec[]
  const created = await createTopics(brokers, topics)
  return { all: topics.length, created: created.length }
}
