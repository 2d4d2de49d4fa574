import type { Admin } from '@laurel/messaging'
import type { Findings } from '../findings'
import { SCHEMAS, SERVICES } from '../stage/whole-stack'
import type { FenceLook, Position } from '../watch/applied'

const SETTLED_WITHIN_MS = 180_000

const WAITING = [
  ...SERVICES.map(
    (name) => `select '${name}' as who, 'events are not published' as what, count(*)::int as count from ${SCHEMAS[name]}.outbox`,
  ),
  `select 'analytics-distribution', 'statements are not sent', count(*)::int from analytics.statement where sent_at is null and failed_at is null`,
  `select 'credential', 'completions have no outcome', count(*)::int from credential.completions where wanted and outcome is null`,
  `select 'hr-report', 'records are not pushed', count(*)::int from hr.training_records where pushed_at is null`,
].join(' union all ')

/** The schemas of the services that park records. */
export const PARKING = ['progress', 'completion'] as const

/** How many records each of them holds back. */
export type Parked = Record<(typeof PARKING)[number], number>

export async function parkedNow(fences: FenceLook): Promise<Parked> {
  const { rows } = await fences.query<Parked>(
    `select (select count(*)::int from progress.parked_event) as progress, (select count(*)::int from completion.parked_event) as completion`,
  )
  return rows[0]!
}

/**
 * Says what the five services have not done yet of all that is in the topics; null when nothing.
 *
 * @param parked how many records wait for something that never comes
 */
export async function unfinished(fences: FenceLook, admin: Admin, parked: Parked): Promise<string | null> {
  const positions = await fences.positions()
  const topics = new Set(positions.map((position) => position.topic))
  const before = await endsOf(admin, topics)
  const behind = firstBehind(positions, before)
  if (behind) {
    const { service, topic, partition, next } = behind
    return `${service} has applied ${topic}:${partition} up to ${next} of ${before.get(`${topic}:${partition}`)}`
  }
  const waiting = (await fences.query<{ who: string; what: string; count: number }>(WAITING)).rows.find(({ count }) => count > 0)
  if (waiting) return `${waiting.who}: ${waiting.count} ${waiting.what}`
  const now = await parkedNow(fences)
  const schema = PARKING.find((name) => now[name] > parked[name])
  if (schema) return `${schema}: ${now[schema]} records are parked, ${parked[schema]} of them for good`
  // What was published in between must have been applied, too.
  return areEnds(before, await endsOf(admin, topics)) ? null : 'events are still published'
}

/** A stack that has work left, and who waits for it. */
export interface Unsettled {
  readonly fences: FenceLook
  readonly load: { readonly admin: Admin }
  /** Records that wait for something that never comes. */
  readonly parked: Parked
  readonly findings: Findings
  readonly sleep: (ms: number) => Promise<void>
}

/** Waits until the services have done all that follows from what was sent; it is a finding when they do not. */
export async function settled({ fences, load, parked, findings, sleep }: Unsettled): Promise<void> {
  const deadline = Date.now() + SETTLED_WITHIN_MS
  for (;;) {
    const what = await unfinished(fences, load.admin, parked).catch((error: Error) => `the stack cannot be read: ${error.message}`)
    if (what === null) return
    if (Date.now() > deadline) return findings.add('wrong', `after three minutes ${what}`)
    await sleep(250)
  }
}

/** The offset after the newest record of each partition, by `topic:partition`. */
export type Ends = ReadonlyMap<string, bigint>

export async function endsOf(admin: Admin, topics: Iterable<string>): Promise<Ends> {
  const ends = new Map<string, bigint>()
  for (const topic of topics) {
    for (const { partition, high } of await admin.fetchTopicOffsets(topic)) ends.set(`${topic}:${partition}`, BigInt(high))
  }
  return ends
}

/** Whether nothing was published in between. */
export function areEnds(before: Ends, after: Ends): boolean {
  return [...before].every(([place, end]) => after.get(place) === end)
}

/** A position that has not reached those ends. */
export function firstBehind(positions: readonly Position[], ends: Ends): Position | undefined {
  return positions.find(({ topic, partition, next }) => next < (ends.get(`${topic}:${partition}`) ?? 0n))
}
