import { enrollmentKey, type CourseVersionPublishedV1, type EnrollmentRequestedV1 } from '@laurel/contracts'
import type { Evidence } from './judge-message'
import type { Rule } from './rule'

const COMPLETED = 1
const PROGRESSED = 2

/**
 * What the input says about one learner in one course version, and when its parts were sent. Times are milliseconds
 * since 1970, NaN for never; arrays go by the rule's places.
 */
export class EnrollmentCase {
  readonly key: string
  readonly enrollRows: EnrollmentRequestedV1[] = []
  cancelRow: EnrollmentRequestedV1 | undefined
  /** Earliest event. */
  firstEventAt = Infinity
  /** When each item was done, by the events' times. */
  readonly doneAt: Float64Array
  /** The same, by what happened before the cancellation. */
  readonly doneBefore: Float64Array
  /** When the first event that does each item was sent. */
  readonly sentAt: Float64Array
  /** When the first enroll row was sent. */
  enrollSentAt = NaN

  /** By which kind of event each lesson is done: at any time, and before the cancellation. */
  private readonly ways: Uint8Array
  private readonly waysBefore: Uint8Array
  private readonly passScores = new Map<number, number>()
  private contradictory = false

  constructor(
    readonly userId: string,
    readonly version: CourseVersionPublishedV1,
    readonly rule: Rule,
  ) {
    const items = rule.itemIds.length
    this.key = enrollmentKey({ user_id: userId, course_version_id: version.course_version_id })
    this.doneAt = new Float64Array(items).fill(NaN)
    this.sentAt = new Float64Array(items).fill(NaN)
    this.ways = new Uint8Array(items)
    this.waysBefore = new Uint8Array(items)
    this.doneBefore = new Float64Array(items).fill(NaN)
  }

  get versionId(): string {
    return this.version.course_version_id
  }

  get cancelledAt(): number {
    return this.cancelRow ? Date.parse(this.cancelRow.requested_at) : Infinity
  }

  /** Place of the item that the event is about; undefined when the version has no such lesson or quiz. */
  placeOf(evidence: Evidence): number | undefined {
    const quiz = evidence.topic === 'quiz.attempted'
    const place = this.rule.places.get(quiz ? evidence.data.quiz_id : evidence.data.lesson_id)
    return place !== undefined && this.rule.thresholds.has(place) === quiz ? place : undefined
  }

  /** True for an event that does its item: a lesson at 100, an attempt that reaches the threshold. */
  does(evidence: Evidence, place: number): boolean {
    if (evidence.topic === 'lesson.completed') return true
    if (evidence.topic === 'lesson.progressed') return evidence.data.progress_percentage >= 100
    return evidence.data.score >= this.rule.thresholds.get(place)!
  }

  /** True for an event after the cancellation: it is held back until the cancellation is known everywhere. */
  isAfterCancellation(evidence: Evidence): boolean {
    return timeOf(evidence) >= this.cancelledAt
  }

  /** Remembers when the first event that does an item was sent. */
  markSent(evidence: Evidence, place: number, at: number): void {
    if (Number.isNaN(this.sentAt[place]) && this.does(evidence, place)) this.sentAt[place] = at
  }

  /** Takes an event in; events may come in any order and more than once. */
  take(evidence: Evidence, place: number): void {
    const at = timeOf(evidence)
    this.firstEventAt = Math.min(this.firstEventAt, at)
    if (!this.does(evidence, place)) return
    const before = this.doneAt[place]!
    if (!Number.isNaN(before) && before !== at) this.contradictory = true
    this.doneAt[place] = earlier(before, at)
    const way = evidence.topic === 'lesson.completed' ? COMPLETED : PROGRESSED
    this.ways[place]! |= way
    if (at < this.cancelledAt) {
      this.waysBefore[place]! |= way
      this.doneBefore[place] = earlier(this.doneBefore[place]!, at)
    }
    if (evidence.topic === 'quiz.attempted') this.takePass(place, evidence.data.score)
  }

  /** True when an item was done at different times or with different scores, so that the outcome hangs on the order. */
  get isContradictory(): boolean {
    return this.contradictory
  }

  /** Mean score at the required quizzes; null without any. Only for an enrollment that satisfies its rule. */
  get score(): number | null {
    const scores = this.rule.required.filter((place) => this.rule.thresholds.has(place)).map((place) => this.passScores.get(place)!)
    return scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length
  }

  /** Places of the lessons done, split by whether an event says so or progress has to conclude it from a percentage. */
  lessonsDone(when: 'ever' | 'before the cancellation'): { reported: number[]; concluded: number[] } {
    const ways = when === 'ever' ? this.ways : this.waysBefore
    const reported: number[] = []
    const concluded: number[] = []
    for (let place = 0; place < ways.length; place++) {
      if (this.rule.thresholds.has(place)) continue
      if (ways[place]! & COMPLETED) reported.push(place)
      else if (ways[place]! & PROGRESSED) concluded.push(place)
    }
    return { reported, concluded }
  }

  private takePass(place: number, score: number): void {
    const known = this.passScores.get(place)
    if (known !== undefined && known !== score) this.contradictory = true
    this.passScores.set(place, Math.max(known ?? 0, score))
  }
}

/** The time of the event itself, in milliseconds since 1970. */
export function timeOf(evidence: Evidence): number {
  return Date.parse(evidence.topic === 'lesson.progressed' ? evidence.data.occurred_at : evidence.data.completed_at)
}

function earlier(a: number, b: number): number {
  return Number.isNaN(a) ? b : Math.min(a, b)
}
