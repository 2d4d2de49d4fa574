import { CourseCompletedV1, CredentialIssuedV1, EnrollmentChangedV1, enrollmentKey, type EventDefinition } from '@laurel/contracts'
import type { Place } from '../drive/kafka-feed'

/** A record as it was read. */
export interface ReadRecord extends Place {
  readonly headers: Readonly<Record<string, string>>
  readonly value: Buffer | null
  /** Kafka record timestamp, in milliseconds since 1970. */
  readonly at: number
}

/** What was read about one enrollment on one topic. */
export interface Seen<T> {
  /** Different records: more than one means that it happened more than once. */
  readonly ids: Set<string>
  records: number
  /** Of the first record. */
  readonly at: number
  readonly data: T
}

export interface DeadLetter {
  /** Of the message that was refused. */
  readonly place: Place
  readonly reason: string
  /** The dead-letter topics that have it. */
  readonly topics: Set<string>
}

const DEAD_LETTER = '.dead-letter'

/** What came out on the topics, about the learners of one input. Records may be taken in any order between topics. */
export class SeenTopics {
  /** By enrollment key, as are the next two. */
  readonly completions: Map<string, Seen<CourseCompletedV1>> = new Map()
  readonly credentials: Map<string, Seen<CredentialIssuedV1>> = new Map()
  /** Where the cancelled status of an enrollment lies. */
  readonly cancellations = new Map<string, Place>()
  /** By `placeName`. */
  readonly deadLetters = new Map<string, DeadLetter>()
  /** Records that break their contract. */
  readonly problems: string[] = []

  /**
   * @param userIds the learners of the input; others are somebody else's
   * @param isEarlier true for a message from before this run, whose dead letter does not count
   */
  constructor(
    private readonly userIds: ReadonlySet<string>,
    private readonly isEarlier: (place: Place) => boolean,
  ) {}

  /** The topics to read, among those that exist. */
  static topicsAmong(existing: readonly string[]): string[] {
    const wanted = [CourseCompletedV1.topic, CredentialIssuedV1.topic, EnrollmentChangedV1.topic]
    return existing.filter((topic) => wanted.includes(topic) || topic.endsWith(DEAD_LETTER))
  }

  take(record: ReadRecord): void {
    if (record.topic.endsWith(DEAD_LETTER)) this.takeDeadLetter(record)
    else if (record.topic === CourseCompletedV1.topic) {
      const data = this.dataOf(CourseCompletedV1, record)
      if (data) count(this.completions, data, `${data.completion_id} ${record.headers['ce_id']}`, record.at)
    } else if (record.topic === CredentialIssuedV1.topic) {
      const data = this.dataOf(CredentialIssuedV1, record)
      if (data) count(this.credentials, data, data.certificate_uid, record.at)
    } else if (record.topic === EnrollmentChangedV1.topic) {
      const data = this.dataOf(EnrollmentChangedV1, record)
      if (data?.status === 'cancelled_by_user')
        this.cancellations.set(enrollmentKey(data), { topic: record.topic, partition: record.partition, offset: record.offset })
    }
  }

  private dataOf<T extends { user_id: string }>(definition: EventDefinition<T>, record: ReadRecord): T | undefined {
    let json: unknown
    try {
      json = JSON.parse(String(record.value))
    } catch {
      json = undefined
    }
    const parsed = definition.parse(json)
    if (!parsed.ok) this.problems.push(`${placeName(record)} breaks its contract: ${parsed.reason}`)
    return parsed.ok && this.userIds.has(parsed.data.user_id) ? parsed.data : undefined
  }

  private takeDeadLetter(record: ReadRecord): void {
    const { dl_topic, dl_partition, dl_offset, dl_reason } = record.headers
    if (!dl_topic || !dl_reason || !/^\d+$/.test(dl_partition ?? '') || !/^\d+$/.test(dl_offset ?? '')) {
      this.problems.push(`${placeName(record)} must have the headers dl_topic, dl_partition, dl_offset and dl_reason`)
      return
    }
    const place = { topic: dl_topic, partition: Number(dl_partition), offset: BigInt(dl_offset!) }
    if (this.isEarlier(place)) return
    const known = this.deadLetters.get(placeName(place))
    if (known) known.topics.add(record.topic)
    else this.deadLetters.set(placeName(place), { place, reason: dl_reason, topics: new Set([record.topic]) })
  }
}

/** `topic[partition]@offset` */
export function placeName({ topic, partition, offset }: Place): string {
  return `${topic}[${partition}]@${offset}`
}

function count<T extends { user_id: string; course_version_id: string }>(
  seen: Map<string, Seen<T>>,
  data: T,
  id: string,
  at: number,
): void {
  const key = enrollmentKey(data)
  const known = seen.get(key)
  if (!known) seen.set(key, { ids: new Set([id]), records: 1, at, data })
  else {
    known.ids.add(id)
    known.records++
  }
}
