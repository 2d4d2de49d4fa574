import type { Random } from '../random'
import { malformed, orphan, WAYS } from './malformed'
import { Records } from './records'
import type { Enrollment, World } from './world'
import { FUTURE, type Action, type Attempt, type Mark, type PatchWrite, type Time, type Write } from './writes'

/** Writes are shuffled among so many. */
const WINDOW = 1_000
const REPEATED = 0.1
const EPOCH = Date.UTC(2025, 0, 1)
const SPAN_MS = 200 * 24 * 3_600_000
const ITEMS_AT_MOST = 100

const KINDS = { patch: 40, patchMany: 8, attempt: 6, progressed: 30, completed: 6, attempted: 6, request: 3.5, orphan: 0.1 }

type TimedAttempt = Attempt & { readonly completedAt: Time }

/** All that learners and other services do, in an order that nobody would choose. The seed fixes every byte of it. */
export class WriteStream {
  readonly records: Records
  private readonly byStanding: Map<string, Enrollment[]>
  private readonly numbers = new Map<string, number>()
  private readonly lastByRest = new Map<string, TimedAttempt & { number: number }>()
  private readonly unopened: Write[]
  private readonly opening: ReadonlySet<Write>
  /** Pairs that must stay together, in this order for each enrollment. */
  private readonly renewals: (readonly [Write, Write])[]
  private isEnded = false
  private readonly renewalCount: number
  private malformedSoFar = 0

  constructor(
    private readonly random: Random,
    private readonly world: World,
    private readonly writes: number,
  ) {
    this.records = new Records(random)
    this.byStanding = Map.groupBy(world.enrollments, ({ standing }) => standing)
    const late = this.byStanding.get('late') ?? []
    const requests = late.map((enrollment) => this.records.requested(enrollment, 'enroll', this.time()))
    this.unopened = random.shuffled([this.records.version(world.lateVersion), ...requests])
    this.opening = new Set(this.unopened)
    const renewed = this.byStanding.get('renewed') ?? []
    const again = renewed.filter(() => random.chance(0.3))
    this.renewals = [...renewed.map((enrollment) => this.renewal(enrollment, 1)), ...again.map((enrollment) => this.renewal(enrollment, 2))]
    this.renewalCount = this.renewals.length
  }

  /** About as many writes as the stream was made for, and at last whatever the late ones still wait for. */
  *all(): Generator<Write> {
    for (let made = 0; made < this.writes && !this.isEnded;) {
      const window = this.window(Math.min(WINDOW, this.writes - made))
      made += window.length
      for (const write of window) if (!this.isEnded || this.opening.has(write)) yield write
    }
    yield* this.unopened
  }

  /** From here on it yields no more than what the late ones wait for. */
  end(): void {
    this.isEnded = true
  }

  private window(size: number): Write[] {
    const fresh = Array.from({ length: Math.max(1, Math.round(size * (1 - REPEATED))) }, () => this.write())
    const repeats = Array.from({ length: Math.round(size * REPEATED) }, () => this.again(this.random.pick(fresh)))
    // Each window lets some in, so that most of what the late ones did waits for a while.
    const opened = this.unopened.splice(0, Math.ceil((this.unopened.length * size) / this.writes))
    const window: (Write | readonly [Write, Write])[] = this.random.shuffled([...fresh, ...repeats, ...opened])
    // Done after two thirds, so that the new cycles are learned in as well.
    const renewals = this.renewals.splice(0, Math.ceil((1.5 * this.renewalCount * size) / this.writes))
    const places = renewals.map(() => this.random.integer(0, window.length)).sort((a, b) => a - b)
    renewals.forEach((renewal, index) => window.splice(places[index]! + index, 0, renewal))
    return window.flat()
  }

  private renewal(enrollment: Enrollment, nth: number): readonly [Write, Write] {
    const at = EPOCH + SPAN_MS + 2 * nth
    return [this.records.requested(enrollment, 'revoke', at), this.records.requested(enrollment, 'open_cycle', at + 1)]
  }

  private again(write: Write): Write {
    return write.via === 'kafka' ? this.records.again(write) : write
  }

  private write(): Write {
    const { random, records } = this
    // One in a thousand, but each way at least once.
    if (random.chance(Math.max(0.001, (1.3 * WAYS) / this.writes)))
      return malformed(random, records, this.learner('rest'), this.malformedSoFar++)
    const kind = random.weighted(KINDS)
    switch (kind) {
      case 'patch':
        return this.patch(1)
      case 'patchMany':
        return this.patch(random.chance(0.2) ? ITEMS_AT_MOST : random.integer(2, 20))
      case 'attempt':
        return this.attempt()
      case 'progressed':
        return this.progressed()
      case 'completed':
        return this.completed()
      case 'attempted':
        return this.attempted()
      case 'request':
        return this.request()
      case 'orphan':
        return orphan(random, records, this.learner('rest'))
      default:
        return kind satisfies never
    }
  }

  private patch(items: number): PatchWrite {
    const enrollment = this.learner('rest')
    const marks = Array.from({ length: items }, (): Mark => {
      const lessonId = this.lesson(enrollment)
      return {
        lessonId,
        percentage: this.percentage(enrollment, lessonId),
        at: this.random.chance(0.15) ? null : this.timeOrFuture(enrollment),
      }
    })
    return { via: 'rest', kind: 'patch', enrollment, pathId: this.pathId(enrollment), marks }
  }

  private attempt(): Write {
    const enrollment = this.learner('rest')
    const quizId = this.quiz(enrollment, ['rest', 'both', 'assigned'])
    if (quizId === undefined) return this.patch(1)
    const number = enrollment.quizUse.get(quizId) === 'assigned' ? null : this.number(enrollment, quizId)
    const pathId = this.pathId(enrollment)
    const attempt = this.attemptAt(quizId, number)
    if (number === null) {
      // Where every write is acknowledged in the end, the key alone may tell that it is the same one.
      const completedAt = enrollment.standing === 'steady' && this.random.chance(0.5) ? null : attempt.completedAt
      return { via: 'rest', kind: 'attempt', enrollment, pathId, attempt: { ...attempt, completedAt }, idempotencyKey: this.random.uuid() }
    }
    this.lastByRest.set(`${enrollment.key}:${quizId}`, { ...attempt, number })
    return { via: 'rest', kind: 'attempt', enrollment, pathId, attempt, idempotencyKey: null }
  }

  private progressed(): Write {
    const enrollment = this.learner('kafka')
    const lessonId = this.lesson(enrollment)
    return this.records.progressed(enrollment, {
      lessonId,
      percentage: this.percentage(enrollment, lessonId),
      at: this.timeOrFuture(enrollment),
    })
  }

  private completed(): Write {
    const enrollment = this.learner('kafka')
    const lessonId = this.lesson(enrollment)
    return enrollment.lessonUse.get(lessonId) === 'reported'
      ? this.records.progressed(enrollment, { lessonId, percentage: 100, at: this.time() })
      : this.records.completed(enrollment, lessonId, this.timeOrFuture(enrollment))
  }

  private attempted(): Write {
    const enrollment = this.learner('kafka')
    const quizId = this.quiz(enrollment, ['kafka', 'both'])
    if (quizId === undefined) return this.progressed()
    const known = this.lastByRest.get(`${enrollment.key}:${quizId}`)
    if (known && this.random.chance(0.3)) return this.records.attempted(enrollment, known)
    // The same number with another score: whichever comes second in the topic is refused. What is parked has no such order.
    const mayContradict = enrollment.quizUse.get(quizId) === 'kafka' && enrollment.standing !== 'late'
    const last = this.numbers.get(`${enrollment.key}:${quizId}`)
    const number = mayContradict && last !== undefined && this.random.chance(0.05) ? last : this.number(enrollment, quizId)
    return this.records.attempted(enrollment, { ...this.attemptAt(quizId, number), number })
  }

  /** Some are older than what was asked before them. */
  private request(): Write {
    const toggled = this.byStanding.get('toggled')
    if (!toggled) return this.progressed()
    const action = this.random.weighted<Action>({ enroll: 10, cancel: 35, revoke: 10, reactivate: 45, open_cycle: 0 })
    return this.records.requested(this.random.pick(toggled), action, EPOCH + this.random.integer(1, SPAN_MS))
  }

  /** Those who are late write by Kafka alone: REST refuses whom it does not know. */
  private learner(via: 'rest' | 'kafka'): Enrollment {
    for (;;) {
      const enrollment = this.random.pick(this.world.enrollments)
      if (via === 'kafka' || enrollment.standing !== 'late') return enrollment
    }
  }

  /** The first lessons of a course are visited most, so that writes meet on one row. */
  private lesson({ version }: Enrollment): string {
    return version.lessons[Math.floor(version.lessons.length * this.random.fraction() ** 2)]!.lesson_id
  }

  private quiz({ quizUse }: Enrollment, uses: readonly string[]): string | undefined {
    const fitting = [...quizUse].filter(([, use]) => uses.includes(use)).map(([quizId]) => quizId)
    return fitting.length === 0 ? undefined : this.random.pick(fitting)
  }

  /** A lesson that only others announce is never reported complete. */
  private percentage({ lessonUse }: Enrollment, lessonId: string): number {
    const isCompleted = lessonUse.get(lessonId) !== 'announced' && this.random.chance(0.3)
    if (isCompleted) return 100
    return this.random.chance(0.1) ? this.random.pick([0, 33.25, 66.6, 99.99]) : this.random.integer(0, 99)
  }

  private number({ key }: Enrollment, quizId: string): number {
    const number = (this.numbers.get(`${key}:${quizId}`) ?? 0) + 1
    this.numbers.set(`${key}:${quizId}`, number)
    return number
  }

  private attemptAt<N extends number | null>(quizId: string, number: N): TimedAttempt & { number: N } {
    const completedAt = this.time()
    const score = this.random.pick([0, 49.5, 50, 66.5, 79, 80, 99.5, 100, this.random.integer(0, 100)])
    return {
      quizId,
      number,
      score,
      startedAt: this.random.chance(0.5) ? completedAt - this.random.integer(0, 3_600_000) : null,
      completedAt,
    }
  }

  private pathId({ version }: Enrollment): string {
    return this.random.chance(0.1) ? version.course_id : version.course_version_id
  }

  private time(): Time {
    return EPOCH + this.random.integer(0, SPAN_MS)
  }

  /** Only what happens during the run belongs to a cycle that is opened in it. */
  private timeOrFuture({ standing }: Enrollment): Time {
    return this.random.chance(standing === 'renewed' ? 0.4 : 0.01) ? FUTURE : this.time()
  }
}
