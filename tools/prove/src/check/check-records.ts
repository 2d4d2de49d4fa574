import { readTopic, type Kafka } from '@laurel/messaging'
import type { Findings } from '../findings'
import { RECORD_HEADER } from '../load/rough-producer'

/** Every record that the brokers acknowledged is in its topic. */
export async function checkRecords(
  kafka: Kafka,
  acknowledged: ReadonlyMap<string, ReadonlySet<string>>,
  findings: Findings,
): Promise<void> {
  for (const [topic, ids] of acknowledged) {
    const missing = new Set(ids)
    await readTopic(kafka, topic, ({ headers }) => void missing.delete(String(headers[RECORD_HEADER])))
    for (const id of missing) findings.add('lost', `the acknowledged record ${id} is not in topic ${topic}`)
  }
}
