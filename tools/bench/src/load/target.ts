import { uuidText } from '../measure/random'
import { LESSONS, type World } from '../seed/world'
import type { AcknowledgedWrites } from './protocol'
import { Workload } from './workload'

const TAILS = Array.from({ length: 101 }, (_, percentage) => Buffer.from(`${String(percentage).padStart(3)}}`))
const bodyStart = (lessonId: string) => Buffer.from(`{"lesson_id":"${lessonId}","progress_percentage":`)
const BODY_BYTES = bodyStart('0'.repeat(36)).length + TAILS[0]!.length

/** A variant under load: makes its requests and remembers which of them were acknowledged. */
export class Target {
  readonly workload: Workload
  private answers = 0
  private readonly heads: Buffer[] = []
  private readonly bodyStarts: Buffer[] = []
  /** The highest acknowledged percentage of each lesson of each enrollment; 0 for none. */
  private readonly acknowledged: Uint8Array

  constructor(
    readonly port: number,
    private readonly world: World,
    private readonly enrollments: Uint32Array,
    private readonly tokens: readonly string[],
  ) {
    this.workload = new Workload(world.seed, enrollments.length)
    this.acknowledged = new Uint8Array(enrollments.length * LESSONS)
  }

  /** The next request of the workload, ready to be sent, and the number to acknowledge it by. */
  nextRequest(): { bytes: Buffer; write: number } {
    const { workload } = this
    workload.next()
    const { slot, lesson, percentage } = workload
    const head = (this.heads[slot] ??= this.head(slot))
    const version = this.world.versionOf(this.enrollments[slot]!)
    const start = (this.bodyStarts[version * LESSONS + lesson] ??= bodyStart(uuidText(this.world.lessonId(version, lesson))))
    return {
      bytes: Buffer.concat([head, start, TAILS[percentage]!], head.length + BODY_BYTES),
      write: (slot * LESSONS + lesson) * 128 + percentage,
    }
  }

  /** The write was answered with 200. */
  acknowledge(write: number): void {
    this.answers++
    const place = Math.floor(write / 128)
    const percentage = write % 128
    if (percentage > this.acknowledged[place]!) this.acknowledged[place] = percentage
  }

  acknowledgedWrites(): AcknowledgedWrites {
    const places = Uint32Array.from(this.acknowledged.keys()).filter((place) => this.acknowledged[place]! > 0)
    return {
      answers: this.answers,
      enrollments: places.map((place) => this.enrollments[Math.floor(place / LESSONS)]!),
      lessons: Uint8Array.from(places, (place) => place % LESSONS),
      percentages: Uint8Array.from(places, (place) => this.acknowledged[place]!),
    }
  }

  private head(slot: number): Buffer {
    const enrollment = this.enrollments[slot]!
    return Buffer.from(
      [
        `PATCH /api/v1/courses/${uuidText(this.world.versionId(this.world.versionOf(enrollment)))}/progress HTTP/1.1`,
        `host: 127.0.0.1:${this.port}`,
        `authorization: Bearer ${this.tokens[this.world.learnerOf(enrollment)]}`,
        'content-type: application/json',
        `content-length: ${BODY_BYTES}`,
        '\r\n',
      ].join('\r\n'),
    )
  }
}
