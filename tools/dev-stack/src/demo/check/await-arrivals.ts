import { setTimeout as wait } from 'node:timers/promises'
import { hasArrived, type Judged } from './judge'

export interface Patience {
  /** Give up when nothing changed for this long. */
  readonly idleMs: number
  /** Give up after this long. */
  readonly longestMs: number
  /** Once everything is there, watch this much longer for doubles. */
  readonly settleMs: number
}

export const PATIENCE: Patience = { idleMs: 30_000, longestMs: 600_000, settleMs: 2_000 }

const SHORTEST_PAUSE_MS = 500
/** Looking may read long ledgers, so it takes no more than a fifth of the time. */
const PAUSE_PER_LOOK = 4

interface Options {
  readonly look: () => Promise<Judged>
  readonly onLook: (judged: Judged) => void
  /** Whether nothing more can follow from what was sent; until then something unexpected may still come. */
  readonly allRead: () => Promise<boolean>
  readonly patience: Patience
  readonly signal: AbortSignal
  readonly clock?: Clock
}

export interface Clock {
  /** Milliseconds. */
  now(): number
  wait(ms: number, signal: AbortSignal): Promise<unknown>
}

const REAL_CLOCK: Clock = { now: Date.now, wait: (ms, signal) => wait(ms, undefined, { signal }) }

/**
 * Looks until everything that is expected has arrived and all was read, or nothing moves any more; returns the last
 * look.
 */
export async function awaitArrivals({ look, onLook, allRead, patience, signal, clock = REAL_CLOCK }: Options): Promise<Judged> {
  const startedAt = clock.now()
  let lastChangeAt = startedAt
  let before = ''
  for (;;) {
    const lookedAt = clock.now()
    const judged = await look()
    onLook(judged)
    if (hasArrived(judged) && (await allRead())) break
    const now = clock.now()
    const state = fingerprint(judged)
    if (state !== before) lastChangeAt = now
    before = state
    if (now - lastChangeAt >= patience.idleMs || now - startedAt >= patience.longestMs) return judged
    await clock.wait(Math.max(SHORTEST_PAUSE_MS, (now - lookedAt) * PAUSE_PER_LOOK), signal)
  }
  await clock.wait(patience.settleMs, signal)
  const last = await look()
  onLook(last)
  return last
}

function fingerprint({ completions, credentials, badges, statements, hrRecords, deadLetters, repeats }: Judged): string {
  const counts = [completions, credentials, badges, statements, hrRecords, deadLetters].flatMap(({ found, double, unexpected }) => [
    found,
    double,
    unexpected,
  ])
  return [...counts, repeats].join()
}
