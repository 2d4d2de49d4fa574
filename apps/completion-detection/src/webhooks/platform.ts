import type { IncomingHttpHeaders } from 'node:http'

/** The learning platforms that are understood; `standard-webhooks` is for any other that follows that specification. */
export const PLATFORMS = ['graphy', 'thinkific', 'teachable', 'canvas', 'moodle', 'standard-webhooks'] as const
export type PlatformName = (typeof PLATFORMS)[number]

/** A delivery as it came over the wire. */
export interface WebhookRequest {
  /** The bytes that were sent: signatures are over these. */
  readonly body: Buffer
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders
  /** The end of the path, where the sender was given one. */
  readonly pathSecret: string | null
}

/** How a platform proves that a delivery is its own. */
export interface Verifier {
  /** Header fields, in lower case, that are kept with the delivery; none that proves anything. */
  readonly keptHeaders: readonly string[]
  /**
   * @returns the platform's id of the delivery, where that is signed; null: then repeats are told by the body
   * @throws RefusedWebhook
   */
  verify(request: WebhookRequest): Promise<string | null> | string | null
}

/** What one event of a delivery says of a learner in a course. */
export interface PlatformReport {
  readonly externalCourseId: string
  readonly learner: { readonly email?: string; readonly externalId?: string }
  readonly completed: boolean
  /** The platform's own date of the completion; null when it gave none. */
  readonly completedAt: Date | null
}

/** How a platform's bodies are read. What it refuses it throws as a PayloadError. */
export interface PayloadReader {
  /** The JSON in a body. */
  decode(body: Buffer): unknown
  /** The events in that JSON; each is read by itself, so that a bad one costs only itself. */
  events(json: unknown): readonly unknown[]
  /** What the event reports: nothing, when it is of a kind that says nothing about a completion. */
  reports(event: unknown): PlatformReport[]
}

/** Why a delivery is not taken. `undecidable`: what it is to be checked with is away, so that it may be sent again later. */
export type Refusal = 'unsigned' | 'bad-signature' | 'stale' | 'unreadable' | 'undecidable'

/** A delivery that is not taken. The message is made for the sender, and repeats nothing of what was sent. */
export class RefusedWebhook extends Error {
  constructor(
    readonly refusal: Refusal,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'RefusedWebhook'
  }
}
