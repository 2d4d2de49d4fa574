import type { Client } from 'pg'
import { copyInto } from '../seed/load'
import { EXPECTED_COLUMNS, expectedChunks } from './ledger-rows'
import type { LedgerWorld } from './ledger-world'
import type { LessonsDone } from './lessons-done'
import { Model, type FoundCompletion } from './model'
import type { EvidenceFormat } from './shipped'

/** How many ledgers do not say what the model says after these lessons: another bit, another date, missing or too many. */
export async function countWrongLedgers(client: Client, world: LedgerWorld, lessons: LessonsDone): Promise<number> {
  await client.query('create temp table expected (course_version_id uuid, user_id uuid, done varbit, completed_at timestamptz)')
  await copyInto(client, 'expected', EXPECTED_COLUMNS, expectedChunks(world, new Model(world, lessons)))
  await client.query('analyze expected')
  const { rows } = await client.query<{ wrong: string }>(
    `select count(*) as wrong from expected e full join completion.completion_ledger l using (course_version_id, user_id)
      where l.done is distinct from e.done or l.completed_at is distinct from e.completed_at`,
  )
  await client.query('drop table expected')
  return Number(rows[0]!.wrong)
}

/** Entries of evidence that are stored, minus those that there must be: one for each done item. */
export async function countEvidenceTooMany(client: Client, { encodeLog }: EvidenceFormat, doneItems: number): Promise<number> {
  const entry = encodeLog([{ ordinal: 0, at: 0, score: null, receivedAt: 0, partition: 0, offset: 0 }]).length
  const { rows } = await client.query<{ bytes: string }>(
    `select coalesce((select sum(length(evidence)) from completion.completion_ledger), 0)
          + coalesce((select sum(length(entries)) from completion.evidence_page), 0) as bytes`,
  )
  return Number(rows[0]!.bytes) / entry - doneItems
}

/** The `course.completed` events that wait to be published. */
export async function completionsInOutbox(client: Client): Promise<FoundCompletion[]> {
  const { rows } = await client.query<{ payload: Buffer }>(`select payload from completion.outbox where topic = 'course.completed'`)
  return rows.map(({ payload }) => JSON.parse(payload.toString()) as FoundCompletion)
}
