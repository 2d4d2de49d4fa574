import { join } from 'node:path'
import { CourseVersionPublishedV1, definitionOf, EnrollmentRequestedV1, factId } from '@laurel/contracts'
import { FILES } from '../input/files'
import { foreignHeaders } from '../input/foreign-headers'
import { readEvents, valueOf, type Message } from '../input/read-events'
import type { Cohort } from '../model/cohort'
import type { EnrollmentCase } from '../model/enrollment-case'
import { judgeMessage, type Evidence } from '../model/judge-message'
import type { KafkaFeed, Place } from './kafka-feed'
import type { PublishedVersions } from './published-versions'

/** A message that must be dead-lettered, and where it lies. */
export interface SentMalformed extends Place {
  /** Line of events.jsonl. */
  readonly line: number
  readonly reason: string
}

interface Held {
  readonly message: Message
  readonly evidence: Evidence
}

interface Options {
  readonly cohort: Cohort
  readonly feed: KafkaFeed
  readonly published: PublishedVersions
  /** Told each event line that the broker has. */
  readonly onSent: () => void
  readonly signal: AbortSignal
}

/** The last course version is sent when this part of the events is out. */
const EVENTS_BEFORE_LAST_VERSION = 1 / 3

/** Writes what goes by Kafka, as producers outside Laurel do. */
export class KafkaHalf {
  readonly malformed: SentMalformed[] = []
  private readonly held: Held[] = []

  constructor(private readonly options: Options) {}

  /**
   * Course versions but the last, enrollments, a third of the events, the last version, the other events, enrollments
   * that came after their events, cancellations. Leaves out the events after a cancellation.
   */
  async run(): Promise<void> {
    const { cohort, feed, signal } = this.options
    const versions = [...cohort.versions.values()].map((version) => version.data)
    const last = versions.pop()!
    for (const version of versions) await this.publish(version)
    const rows = [...cohort.cases.values()].filter((known) => cohort.routeOf(known.userId) === 'kafka')
    for (const known of rows)
      await this.request(
        known,
        known.enrollRows.filter((row) => !isLate(known, row)),
      )
    await feed.flush()

    let sent = 0
    let lastIsOut = false
    for await (const message of readEvents(join(cohort.dir, FILES.events))) {
      signal.throwIfAborted()
      if (!(await this.take(message))) continue
      if (!lastIsOut && ++sent >= cohort.lines.kafka * EVENTS_BEFORE_LAST_VERSION) {
        await this.publish(last)
        lastIsOut = true
      }
    }
    if (!lastIsOut) await this.publish(last)
    for (const known of rows)
      await this.request(
        known,
        known.enrollRows.filter((row) => isLate(known, row)),
      )
    for (const known of rows) await this.request(known, known.cancelRow ? [known.cancelRow] : [])
    await feed.flush()
  }

  /** The events after a cancellation. */
  async runHeld(): Promise<void> {
    for (const { message, evidence } of this.held) await this.sendEvidence(message, evidence)
    await this.options.feed.flush()
  }

  /** Sends or keeps a line; false when it is none of this half's. */
  private async take(message: Message): Promise<boolean> {
    const { cohort, onSent } = this.options
    const judged = judgeMessage(message)
    if (judged.kind === 'malformed') {
      this.malformed.push({ ...(await this.sendMalformed(message)), line: message.line, reason: judged.reason })
      onSent()
      return false
    }
    if (judged.kind === 'misplaced' || cohort.routeOf(judged.evidence.data.user_id) !== 'kafka') return false
    const { known } = cohort.find(judged.evidence)
    if (known.isAfterCancellation(judged.evidence)) this.held.push({ message, evidence: judged.evidence })
    else await this.sendEvidence(message, judged.evidence)
    return true
  }

  private async publish(version: CourseVersionPublishedV1): Promise<void> {
    const { feed, published } = this.options
    const onSent = (at: number) => published.markSent(version.course_version_id, at)
    await feed.add(recordOf(CourseVersionPublishedV1, version, version.course_version_id, version.published_at, onSent))
    await feed.flush()
  }

  private async request(known: EnrollmentCase, rows: readonly EnrollmentRequestedV1[]): Promise<void> {
    for (const row of rows) {
      const id = [row.user_id, row.course_version_id, row.action, row.requested_at]
      const onSent = (at: number) => {
        if (row.action === 'enroll' && Number.isNaN(known.enrollSentAt)) known.enrollSentAt = at
      }
      await this.options.feed.add(recordOf(EnrollmentRequestedV1, row, id.join('|'), row.requested_at, onSent))
    }
  }

  private async sendEvidence(message: Message, evidence: Evidence): Promise<void> {
    const { cohort, feed, onSent } = this.options
    const { known, place } = cohort.find(evidence)
    const time = evidence.topic === 'lesson.progressed' ? evidence.data.occurred_at : evidence.data.completed_at
    await feed.add({
      topic: message.topic,
      key: known.key,
      value: valueOf(message),
      headers: message.headers ?? foreignHeaders(message.topic, lineId(message), time),
      onSent: (at) => {
        known.markSent(evidence, place, at)
        onSent()
      },
    })
  }

  private sendMalformed(message: Message): Promise<Place> {
    const headers = message.headers ?? foreignHeaders(message.topic, lineId(message), new Date().toISOString())
    return this.options.feed.sendAlone({ topic: message.topic, key: keyOf(message), value: valueOf(message), headers })
  }
}

function recordOf<T>(
  definition: { topic: string; key(data: T): string },
  data: T,
  fact: string,
  time: string,
  onSent: (at: number) => void,
) {
  const { topic } = definition
  return {
    topic,
    key: definition.key(data),
    value: Buffer.from(JSON.stringify(data)),
    headers: foreignHeaders(topic, factId(`demo ${topic}`, fact), time),
    onSent,
  }
}

/** The same in every run. */
function lineId({ topic, line }: Message): string {
  return factId(`demo ${topic}`, `line ${line}`)
}

/** The key that the contract asks for, as far as the data have its parts; a producer without them sends none. */
function keyOf({ topic, content }: Message): string | null {
  if ('raw' in content || typeof content.data !== 'object' || content.data === null) return null
  const key = definitionOf(topic)[0]!.key(content.data)
  return key.includes('undefined') ? null : key
}

/** The enrollment was asked for after the learner had begun. */
function isLate(known: EnrollmentCase, row: EnrollmentRequestedV1): boolean {
  return Date.parse(row.requested_at) > known.firstEventAt
}
