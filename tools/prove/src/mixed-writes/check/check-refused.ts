import { readTopic, type Kafka } from '@laurel/messaging'
import type { Client } from 'pg'
import type { Findings } from '../../findings'
import type { Model } from '../model'
import { RECORD_HEADER } from '../writes'

interface Letter {
  readonly what: string
  /** When each dead letter of the record was written: a repeated delivery has the same time. */
  readonly writtenAt: Set<string>
}

/** Compares dead letters and parked records with the model: every bad record is there, once, and no good one. */
export async function checkRefused(kafka: Kafka, client: Client, model: Model, findings: Findings): Promise<void> {
  const letters = new Map<string, Letter>()
  await readTopic(kafka, 'progress.dead-letter', ({ headers }) => {
    const id = headers[RECORD_HEADER] ?? '?'
    const what = `dead letter of ${headers['dl_topic']}:${headers['dl_partition']}:${headers['dl_offset']} (${headers['dl_reason']})`
    const letter = letters.get(id) ?? { what, writtenAt: new Set() }
    letters.set(id, { ...letter, writtenAt: letter.writtenAt.add(headers['dl_at'] ?? '?') })
  })
  for (const id of model.deadLetters) if (!letters.has(id)) findings.add('lost', `record ${id} must be a dead letter`)
  for (const [id, { what, writtenAt }] of letters) {
    if (!model.deadLetters.has(id)) findings.add('wrong', `${what}, although record ${id} is good`)
    if (writtenAt.size > 1) findings.add('doubled', what)
  }
  const { rows } = await client.query<{ id: string; reason: string }>('select headers ->> $1 as id, reason from progress.parked_event', [
    RECORD_HEADER,
  ])
  const parked = new Map(rows.map((row) => [row.id, row.reason]))
  for (const id of model.parked) if (!parked.has(id)) findings.add('lost', `record ${id} must be parked`)
  for (const [id, reason] of parked) if (!model.parked.has(id)) findings.add('lost', `record ${id} is still parked: ${reason}`)
}
