import { setTimeout as wait } from 'node:timers/promises'
import type { EnrollmentCase } from '../model/enrollment-case'
import { abortable } from './abortable'
import type { RestFeed } from './rest-feed'

const POLL_MS = 250
const PATIENCE_MS = 120_000

/** When each course version was sent to Kafka, and from when on REST knows it. */
export class PublishedVersions {
  private readonly sent = new Map<string, PromiseWithResolvers<number>>()
  private readonly known = new Map<string, Promise<void>>()

  constructor(
    versionIds: Iterable<string>,
    private readonly signal: AbortSignal,
  ) {
    for (const id of versionIds) this.sent.set(id, Promise.withResolvers())
  }

  markSent(versionId: string, at: number): void {
    this.sent.get(versionId)!.resolve(at)
  }

  /** When it was sent, in milliseconds since 1970; waits until it is. */
  sentAt(versionId: string): Promise<number> {
    return this.sent.get(versionId)!.promise
  }

  /**
   * Waits until progress can enroll learners in the version. The first caller's learner is enrolled to find out.
   *
   * @throws Error when progress still does not know it 2 minutes after it was sent
   */
  knownToRest(known: EnrollmentCase, rest: RestFeed): Promise<void> {
    const asked = this.known.get(known.versionId)
    if (asked) return asked
    const answer = this.ask(known, rest)
    this.known.set(known.versionId, answer)
    return answer
  }

  private async ask(known: EnrollmentCase, rest: RestFeed): Promise<void> {
    const giveUpAt = (await abortable(this.sentAt(known.versionId), this.signal)) + PATIENCE_MS
    for (;;) {
      const enrolled = await rest.enroll(known, known.enrollRows[0]!)
      if (enrolled.known && (await rest.look(known)).known) return
      if (Date.now() > giveUpAt)
        throw new Error(
          `progress still answers 404 for course version ${known.versionId}, ${PATIENCE_MS / 1000} s after course-version.published was sent`,
        )
      await wait(POLL_MS, undefined, { signal: this.signal })
    }
  }
}
