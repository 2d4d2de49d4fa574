import type { Player } from './player'

/** Time as pg-boss asks for it. */
export interface Clock {
  now(): number
  setTimeout(work: () => void, ms: number): object
  clearTimeout(timer: unknown): void
  setInterval(): object
  clearInterval(): void
}

/** A worker looks for jobs again after at most so long; longer timers are limits that no schedule reaches. */
const LONGEST_PAUSE_MS = 1_000

/** Time stands still, and a pause between two looks for a job lasts until the player's turn; without a player it is over at once. */
export function jobClock(player: () => Player | undefined): Clock {
  return {
    now: () => 0,
    setTimeout(work, ms) {
      const timer = { isCleared: false }
      const end = () => {
        if (!timer.isCleared) work()
      }
      if (ms <= LONGEST_PAUSE_MS) void (player()?.turn('look again') ?? new Promise(setImmediate)).then(end)
      return timer
    },
    clearTimeout(timer) {
      if (timer) (timer as { isCleared: boolean }).isCleared = true
    },
    // Neither heartbeats nor caches are renewed: a lease is lost when the schedule says so.
    setInterval: () => ({}),
    clearInterval: () => undefined,
  }
}
