import type { Admin, Producer } from '@laurel/messaging'
import type { Cohort } from '../model/cohort'
import type { StackState } from '../../stack/state'
import { cancellationsApplied } from './cancellation-barrier'
import type { HttpClient } from './http-client'
import { KafkaFeed, type Place } from './kafka-feed'
import { KafkaHalf, type SentMalformed } from './kafka-half'
import { PublishedVersions } from './published-versions'
import { RestFeed } from './rest-feed'
import { RestHalf } from './rest-half'

export interface Driven {
  /** Milliseconds since 1970. */
  readonly firstSentAt: number
  /** When each course version was sent, in milliseconds since 1970. */
  readonly versionSentAt: ReadonlyMap<string, number>
  readonly malformed: readonly SentMalformed[]
  /** REST answers that no correct service gives. */
  readonly refusals: readonly string[]
}

interface Options {
  readonly cohort: Cohort
  readonly stack: StackState
  readonly producer: Producer
  readonly admin: Admin
  readonly http: HttpClient
  /** Where the cancelled status of each enrollment lies; grows while it is read. */
  readonly cancellations: ReadonlyMap<string, Place>
  /** Told how many more event lines are in. */
  readonly onSent: (lines: number) => void
  readonly signal: AbortSignal
}

/**
 * Sends the input, half by Kafka and half by REST at the same time; then, once every cancellation has surely been
 * applied, what learners did after being cancelled. Says in the cases what was sent when.
 *
 * @throws Error when the stack does not take it
 */
export async function drive({ cohort, stack, producer, admin, http, cancellations, onSent, signal }: Options): Promise<Driven> {
  const feed = new KafkaFeed(producer)
  const rest = new RestFeed(http, stack)
  const published = new PublishedVersions(cohort.versions.keys(), signal)
  const kafkaHalf = new KafkaHalf({ cohort, feed, published, onSent: () => onSent(1), signal })
  const restHalf = new RestHalf({ cohort, rest, published, onSent, signal })
  await Promise.all([kafkaHalf.run(), restHalf.run()])

  const cancelled = [...cohort.cases.values()].filter((known) => known.cancelRow)
  await cancellationsApplied({ admin, cancelled, seen: cancellations, signal })
  await Promise.all([kafkaHalf.runHeld(), restHalf.runHeld()])

  const versionSentAt = new Map<string, number>()
  for (const id of cohort.versions.keys()) versionSentAt.set(id, await published.sentAt(id))
  return {
    firstSentAt: Math.min(feed.firstSentAt ?? Infinity, rest.firstSentAt ?? Infinity),
    versionSentAt,
    malformed: kafkaHalf.malformed,
    refusals: restHalf.refusals,
  }
}
