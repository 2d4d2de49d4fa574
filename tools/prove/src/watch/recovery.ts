import { setTimeout as pause } from 'node:timers/promises'
import type { Admin } from '@laurel/messaging'
import { endsOf, firstBehind } from '../check/settle'
import type { Findings } from '../findings'
import type { ServiceName } from '../stage/whole-stack'
import type { FenceLook } from './applied'

const LOOK_EVERY_MS = 100
const GIVE_UP_AFTER_MS = 60_000
/** What a connection that was cut had already sent may still begin so long after the fault. */
const AFTERSHOCK_MS = 30

/** Measures how long a service applies nothing after a fault. */
export class Recovery {
  /** The longest so far, in milliseconds. */
  longestMs = 0
  private readonly all: number[] = []

  constructor(
    private readonly fences: FenceLook,
    private readonly admin: Admin,
    private readonly findings: Findings,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Resolves when the service has begun and committed a batch after the fault; it is a finding when that takes longer than `mostMs`.
   *
   * @param since when it could work again at the earliest, in milliseconds since 1970
   */
  async of(service: ServiceName, what: string, since: number, mostMs: number): Promise<void> {
    for (;;) {
      const applied = await this.fences.lastApplied().catch(() => undefined)
      if (applied !== undefined && applied[service] > since + AFTERSHOCK_MS)
        return this.note(service, 'applied', what, applied[service] - since, mostMs)
      if (Date.now() - since > GIVE_UP_AFTER_MS) return this.note(service, 'applied', what, GIVE_UP_AFTER_MS, mostMs)
      await pause(LOOK_EVERY_MS, undefined, { signal: this.signal })
    }
  }

  /** The same, until the service has applied all that is in its topics now: whoever had it in hand. */
  async untilCaughtUp(service: ServiceName, what: string, since: number, mostMs: number): Promise<void> {
    const own = async () => (await this.fences.positions()).filter((position) => position.service === service)
    const topics = new Set((await own()).map(({ topic }) => topic))
    const ends = await endsOf(this.admin, topics)
    for (;;) {
      const isDone = firstBehind(await own(), ends) === undefined
      if (isDone || Date.now() - since > GIVE_UP_AFTER_MS) return this.note(service, 'applied', what, Date.now() - since, mostMs)
      await pause(LOOK_EVERY_MS, undefined, { signal: this.signal })
    }
  }

  get medianMs(): number {
    return this.all.toSorted((a, b) => a - b)[this.all.length >> 1] ?? 0
  }

  /** Takes a time that was measured elsewhere. */
  note(who: string, did: string, what: string, tookMs: number, mostMs: number): void {
    this.all.push(tookMs)
    this.longestMs = Math.max(this.longestMs, Math.round(tookMs))
    if (tookMs > mostMs) this.findings.add('wrong', `${who} ${did} nothing for ${Math.round(tookMs)} ms after ${what} (at most ${mostMs})`)
  }
}
