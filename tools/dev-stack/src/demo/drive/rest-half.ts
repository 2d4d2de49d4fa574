import { join } from 'node:path'
import { FILES } from '../input/files'
import { readEvents } from '../input/read-events'
import type { Cohort } from '../model/cohort'
import type { EnrollmentCase } from '../model/enrollment-case'
import { judgeMessage, type Evidence } from '../model/judge-message'
import { Lanes } from './lanes'
import type { PublishedVersions } from './published-versions'
import { RestRefusal, type RestFeed } from './rest-feed'

type LessonEvidence = Exclude<Evidence, { topic: 'quiz.attempted' }>

interface Options {
  readonly cohort: Cohort
  readonly rest: RestFeed
  readonly published: PublishedVersions
  /** Told how many event lines were answered. */
  readonly onSent: (lines: number) => void
  readonly signal: AbortSignal
}

export const REST_CONCURRENCY = 16
const WAITING_CALLS = 2_000
const ITEMS_PER_CALL = 10
const REFUSALS_UNTIL_STOP = 50

/** Sends what goes by REST: each learner's calls in order, 16 learners at a time. */
export class RestHalf {
  /** Answers that no correct service gives; more than 50 end the run. */
  readonly refusals: string[] = []
  private readonly lanes = new Lanes(REST_CONCURRENCY, WAITING_CALLS)
  private readonly enrolled = new Set<EnrollmentCase>()
  private readonly collected = new Map<EnrollmentCase, LessonEvidence[]>()
  private readonly held: Evidence[] = []

  constructor(private readonly options: Options) {}

  /** Enrollments, events, cancellations; leaves out the events after a cancellation. */
  async run(): Promise<void> {
    const { cohort, signal } = this.options
    for await (const message of readEvents(join(cohort.dir, FILES.events))) {
      signal.throwIfAborted()
      const judged = judgeMessage(message)
      if (judged.kind !== 'evidence' || cohort.routeOf(judged.evidence.data.user_id) !== 'rest') continue
      const { known } = cohort.find(judged.evidence)
      await this.enroll(known)
      if (known.isAfterCancellation(judged.evidence)) this.held.push(judged.evidence)
      else await this.take(known, judged.evidence)
    }
    for (const known of cohort.cases.values()) if (cohort.routeOf(known.userId) === 'rest') await this.enroll(known)
    await this.sendCollected()
    for (const known of this.enrolled) await this.cancel(known)
    await this.lanes.drain()
  }

  /** The events after a cancellation. */
  async runHeld(): Promise<void> {
    for (const evidence of this.held) await this.take(this.options.cohort.find(evidence).known, evidence)
    await this.sendCollected()
    await this.lanes.drain()
  }

  private async enroll(known: EnrollmentCase): Promise<void> {
    if (this.enrolled.has(known)) return
    this.enrolled.add(known)
    const { published, rest } = this.options
    await this.tolerate(() => published.knownToRest(known, rest))
    await this.push(known, async () => {
      for (const row of known.enrollRows) {
        const answer = await rest.enroll(known, row)
        if (!answer.known)
          throw new RestRefusal(
            `POST /enrollments answered 404 to learner ${known.userId} for course version ${known.versionId}, which progress knew before`,
          )
      }
      known.enrollSentAt = Date.now()
    })
  }

  private async cancel(known: EnrollmentCase): Promise<void> {
    const { cancelRow } = known
    if (cancelRow) await this.push(known, async () => void (await this.options.rest.enroll(known, cancelRow)))
  }

  private async take(known: EnrollmentCase, evidence: Evidence): Promise<void> {
    if (evidence.topic === 'quiz.attempted') {
      await this.push(known, async () => {
        const { accepted } = await this.options.rest.attempt(known, evidence)
        this.done(known, accepted ? [evidence] : [], 1)
      })
    } else if (collects(known)) {
      const lessons = this.collected.get(known) ?? []
      lessons.push(evidence)
      this.collected.set(known, lessons)
      if (lessons.length < ITEMS_PER_CALL) return
      this.collected.delete(known)
      await this.sendLessons(known, lessons)
    } else await this.sendLessons(known, [evidence])
  }

  private async sendCollected(): Promise<void> {
    for (const [known, lessons] of this.collected) await this.sendLessons(known, lessons)
    this.collected.clear()
  }

  private sendLessons(known: EnrollmentCase, lessons: readonly LessonEvidence[]): Promise<void> {
    return this.push(known, async () => {
      const { accepted } = await this.options.rest.progress(known, lessons)
      this.done(known, accepted ? lessons : [], lessons.length)
    })
  }

  private done(known: EnrollmentCase, accepted: readonly Evidence[], lines: number): void {
    const now = Date.now()
    for (const evidence of accepted) known.markSent(evidence, this.options.cohort.find(evidence).place, now)
    this.options.onSent(lines)
  }

  private push(known: EnrollmentCase, task: () => Promise<void>): Promise<void> {
    return this.lanes.push(known.userId, () => this.tolerate(task))
  }

  /** One refused call does not end the run: the table still shows what it led to. */
  private async tolerate(task: () => Promise<void>): Promise<void> {
    try {
      await task()
    } catch (error) {
      if (!(error instanceof RestRefusal)) throw error
      this.refusals.push(error.message)
      if (this.refusals.length > REFUSALS_UNTIL_STOP) throw error
    }
  }
}

/** A quarter of the learners send their lessons several at a time, as a player does that was offline. */
function collects({ userId }: EnrollmentCase): boolean {
  return Number.parseInt(userId[1] ?? '', 16) < 4
}
