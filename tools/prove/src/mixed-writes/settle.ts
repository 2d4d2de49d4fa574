import { setTimeout as pause } from 'node:timers/promises'
import { withAdmin, type Kafka } from '@laurel/messaging'
import type { Client } from 'pg'
import { areEnds, endsOf, type Ends } from '../check/settle'
import { withClient } from '../stage/with-client'

/** What progress reads. */
const TOPICS = ['course-version.published', 'enrollment.requested', 'lesson.progressed', 'lesson.completed', 'quiz.attempted']
const SETTLED_WITHIN_MS = 120_000
const POLL_MS = 250

interface Standstill {
  /** Why the service is not done yet; null when it is. */
  readonly unfinished: string | null
}

/**
 * Waits until the service has applied every record, published all that follows, and holds back no more than `parked`
 * records. Returns what is not done after two minutes, in words; null when all is.
 */
export function settle(o: { kafka: Kafka; adminUrl: string; parked: number; signal: AbortSignal }): Promise<string | null> {
  return withAdmin(o.kafka, async (admin) => {
    const deadline = Date.now() + SETTLED_WITHIN_MS
    for (;;) {
      const before = await endsOf(admin, TOPICS)
      const { unfinished } = await withClient(o.adminUrl, (client) => look(client, before, o.parked)).catch(asUnfinished)
      // What the relay published in between must have been read, too.
      if (unfinished === null && areEnds(before, await endsOf(admin, TOPICS))) return null
      if (Date.now() > deadline) return `after two minutes ${unfinished ?? 'events are still published'}`
      await pause(POLL_MS, undefined, { signal: o.signal })
    }
  })
}

async function look(client: Client, ends: Ends, parked: number): Promise<Standstill> {
  const fences = await client.query<{ place: string; next: string }>(
    `select topic || ':' || partition as place, next_offset as next from progress.consumer_fence`,
  )
  const next = new Map(fences.rows.map((row) => [row.place, BigInt(row.next)]))
  const behind = [...ends].find(([place, end]) => (next.get(place) ?? -1n) < end)
  if (behind) return { unfinished: `${behind[0]} is applied up to ${next.get(behind[0])}, its end is ${behind[1]}` }
  const { rows } = await client.query<{ outbox: string; parked: string }>(
    'select (select count(*) from progress.outbox) as outbox, (select count(*) from progress.parked_event) as parked',
  )
  const counts = rows[0]!
  if (counts.outbox !== '0') return { unfinished: `${counts.outbox} events are not published` }
  if (Number(counts.parked) > parked) return { unfinished: `${counts.parked} records are parked, ${parked} of them for good` }
  return { unfinished: null }
}

/** Postgres may have been crashed a moment ago. */
function asUnfinished(error: Error): Standstill {
  return { unfinished: `the database cannot be read: ${error.message}` }
}
