import type { EnrollmentRequestedV1 } from '@laurel/contracts'
import type { Enrollment } from './world'

/** Milliseconds since 1970. */
export type Time = number

/** One report on a lesson: it stood at this percentage. */
export interface Mark {
  readonly lessonId: string
  readonly percentage: number
  /** Null where the writer does not tell: then it is when the service received it. One in the future counts as that, too. */
  readonly at: Time | null
}

export interface Attempt {
  readonly quizId: string
  /** Null lets the service give the number. */
  readonly number: number | null
  readonly score: number
  readonly startedAt: Time | null
  /** Null where the writer does not tell: then it is when the service received it. */
  readonly completedAt: Time | null
}

export interface PatchWrite {
  readonly via: 'rest'
  readonly kind: 'patch'
  readonly enrollment: Enrollment
  /** The course version's id, or the course's. */
  readonly pathId: string
  readonly marks: readonly Mark[]
}

export interface AttemptWrite {
  readonly via: 'rest'
  readonly kind: 'attempt'
  readonly enrollment: Enrollment
  readonly pathId: string
  readonly attempt: Attempt
  /** Sent as Idempotency-Key: a repeat must take effect once, also where nothing else tells that it is one. */
  readonly idempotencyKey: string | null
}

export type Action = EnrollmentRequestedV1['action']

/** What a record must bring about once the service has it. */
export type Effect =
  | { readonly kind: 'mark'; readonly enrollment: Enrollment; readonly mark: Mark; readonly source: 'reported' | 'announced' }
  | { readonly kind: 'attempt'; readonly enrollment: Enrollment; readonly attempt: Attempt & { readonly completedAt: Time } }
  | { readonly kind: 'request'; readonly enrollment: Enrollment; readonly action: Action; readonly at: Time }
  | { readonly kind: 'version' }
  /** It can never be taken. */
  | { readonly kind: 'dead-letter' }
  /** What it belongs to never arrives. */
  | { readonly kind: 'park' }

export interface KafkaWrite {
  readonly via: 'kafka'
  /** Its own: a repeat of an event is a record of its own with the same `ce_id`. Travels in the header {@link RECORD_HEADER}. */
  readonly recordId: string
  readonly topic: string
  readonly key: string
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
  readonly effect: Effect
}

export type RestWrite = PatchWrite | AttemptWrite
export type Write = RestWrite | KafkaWrite

export const RECORD_HEADER = 'prove-record'

/** So far in the future that no clock is there during a run. */
export const FUTURE: Time = Date.UTC(2090, 0, 1)
