import { CourseCompletedV1, CredentialIssuedV1 } from '@laurel/contracts'
import { readTopic, type Kafka } from '@laurel/messaging'
import type { Columns } from './columns'

const OUTCOMES = [CourseCompletedV1.topic, CredentialIssuedV1.topic]

/** What was announced so far, by topic: id and data of each event. One that is told again as it was is the same. */
export async function readOutcomes(kafka: Kafka): Promise<Columns> {
  const topics = new Map<string, Set<string>>()
  for (const topic of OUTCOMES) {
    const events = new Set<string>()
    await readTopic(kafka, topic, ({ headers, value }) => void events.add(`${headers['ce_id']} ${String(value)}`))
    topics.set(topic, events)
  }
  return topics
}
