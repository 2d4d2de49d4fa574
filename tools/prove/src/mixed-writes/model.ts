import { AttemptModel } from './attempt-model'
import { LessonModel, type Span } from './lesson-model'
import { RequestModel } from './request-model'
import type { Enrollment, World } from './world'
import type { AttemptWrite, KafkaWrite, PatchWrite, Time } from './writes'

/** How a REST write ended. */
export type Outcome =
  | { readonly kind: 'acknowledged'; readonly sentAt: Time; readonly answeredAt: Time; readonly body: unknown }
  | {
      readonly kind: 'refused'
      readonly sentAt: Time
      readonly answeredAt: Time
      readonly status: number
      /** An earlier try was not answered, or answered 503: it may have been recorded. */
      readonly mayBeRecorded: boolean
      readonly body: unknown
    }

/** All that must be true of one enrollment when everything has been applied. */
export class EnrollmentModel {
  readonly lessons = new LessonModel()
  readonly attempts = new AttemptModel()
  readonly requests = new RequestModel()

  constructor(readonly enrollment: Enrollment) {}
}

/**
 * What must be true after the writes that were acknowledged, whatever the order in which they were applied. It knows the
 * design and nothing of the services.
 */
export class Model {
  readonly enrollments: ReadonlyMap<string, EnrollmentModel>
  /** Ids of the records that must be dead letters, each once, and of those that must wait for ever. */
  readonly deadLetters = new Set<string>()
  readonly parked = new Set<string>()

  constructor(world: World) {
    this.enrollments = new Map(world.enrollments.map((enrollment) => [enrollment.key, new EnrollmentModel(enrollment)]))
  }

  of({ key }: Enrollment): EnrollmentModel {
    return this.enrollments.get(key)!
  }

  /** The broker has the record; those of one key and topic are told in the order in which they lie there. */
  sent({ effect, recordId }: KafkaWrite, recordTime: Time): void {
    switch (effect.kind) {
      case 'mark': {
        const at = Math.min(effect.mark.at ?? recordTime, recordTime)
        return this.of(effect.enrollment).lessons.add(effect.mark, { from: at, to: at }, { source: effect.source, isCertain: true })
      }
      case 'attempt':
        if (!this.of(effect.enrollment).attempts.announced(effect.attempt)) this.deadLetters.add(recordId)
        return
      case 'request':
        if (!this.of(effect.enrollment).requests.apply(effect.action, effect.at)) this.deadLetters.add(recordId)
        return
      case 'dead-letter':
        return void this.deadLetters.add(recordId)
      case 'park':
        return void this.parked.add(recordId)
      case 'version':
        return
      default:
        return effect satisfies never
    }
  }

  patched({ enrollment, marks }: PatchWrite, outcome: Outcome): void {
    if (outcome.kind === 'refused' && !outcome.mayBeRecorded) return
    const isCertain = outcome.kind === 'acknowledged'
    for (const mark of marks) this.of(enrollment).lessons.add(mark, spanOf(mark.at, outcome), { source: 'reported', isCertain })
  }

  attempted({ enrollment, attempt, idempotencyKey }: AttemptWrite, outcome: Outcome): void {
    if (outcome.kind === 'refused' && !outcome.mayBeRecorded) return
    const given = outcome.kind === 'acknowledged' ? (outcome.body as { attempt_number: number }).attempt_number : null
    const span = spanOf(attempt.completedAt, outcome)
    this.of(enrollment).attempts.reported(attempt, idempotencyKey, span, given, outcome.kind === 'acknowledged')
  }
}

/** When something is told to have happened: at a time before the request, or between the first try and the answer. */
function spanOf(at: Time | null, { sentAt, answeredAt }: Outcome): Span {
  return at === null || at > sentAt ? { from: sentAt, to: answeredAt } : { from: at, to: at }
}
