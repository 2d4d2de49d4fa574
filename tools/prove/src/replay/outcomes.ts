import { CourseCompletedV1, CredentialIssuedV1, EnrollmentChangedV1 } from '@laurel/contracts'
import { readTopic, type Kafka } from '@laurel/messaging'
import type { Findings } from '../findings'
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

/** A revision of an enrollment is one state, however often it was announced. Returns how many were announced again. */
export async function checkRevisions(kafka: Kafka, findings: Findings): Promise<number> {
  const said = new Map<string, string>()
  let again = 0
  await readTopic(kafka, EnrollmentChangedV1.topic, ({ headers, value }) => {
    const [id, data] = [headers['ce_id']!, String(value)]
    const before = said.get(id)
    if (before !== undefined) again++
    if (before !== undefined && before !== data) findings.add('wrong', `${EnrollmentChangedV1.topic} ${id} is ${data} after ${before}`)
    said.set(id, data)
  })
  return again
}
