import type { BatchHandler, RawRecord } from '@laurel/messaging'
import { isRetryable, transaction } from '@laurel/postgres'
import type { DataSource } from 'typeorm'
import type { Random } from '../random'
import { built, type CourseVersions, type Enqueuing, type Said } from './built'
import type { Topic } from './story'

/** What every member of a case works with; each has its own memory of course versions, as a process has. */
export interface MemberOptions {
  readonly dataSource: DataSource
  readonly versions: CourseVersions
  /** Decides where batches end and which are delivered once more. */
  readonly random: Random
  /** Consumer group: a case has its own fences. */
  readonly group: string
  readonly jobs: Enqueuing
}

/** A member that consumes a whole partition, from its beginning whatever others have applied, and some of it twice. */
export async function consume(
  { dataSource, versions, random, group, jobs }: MemberOptions,
  topic: Topic,
  records: readonly RawRecord[],
): Promise<void> {
  const runner = built.runner(dataSource, group)
  const handler: BatchHandler = built.consumers(versions, jobs)[topic]
  let next = 0
  let firstAfterSeek = false
  while (next < records.length) {
    const batch = records.slice(next, next + random.integer(1, 4))
    const [first, last] = [batch[0]!.offset, batch.at(-1)!.offset]
    const outcome = await runner.run(
      { topic: batch[0]!.topic, partition: 0, fetchedFrom: first, last, firstAfterSeek, records: batch },
      handler,
    )
    firstAfterSeek = outcome.kind === 'seek'
    next = outcome.kind === 'seek' ? Number(outcome.to) : Number(last) + 1
    if (outcome.kind === 'done' && random.chance(0.2)) next = Math.max(0, next - random.integer(1, 3))
  }
}

/** Rivals of one enrollment are few: more would hide a fault. */
const ATTEMPTS = 5

/** Webhooks, the checker or persons, who say some of it twice. */
export async function sayFromOutside({ dataSource, versions, random }: MemberOptions, said: readonly Said[], now: Date): Promise<void> {
  const repeated = said.flatMap((one) => (random.chance(0.3) ? [one, one] : [one]))
  for (let from = 0; from < repeated.length;) {
    const some = repeated.slice(from, (from += random.integer(1, 3)))
    await retrying(() => transaction(dataSource, (tx) => built.completeFromOutside(tx, versions, some, now)))
  }
}

async function retrying(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return void (await work())
    } catch (error) {
      if (!isRetryable(error) || attempt === ATTEMPTS) throw error
    }
  }
}
