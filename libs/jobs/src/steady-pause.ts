import type { IBackoff, IBackoffFactory } from 'cockatiel'

/**
 * The pauses of a backoff by the monotonic clock. cockatiel compares a breaker's pause with the wall clock: one that is set back would
 * keep the breaker open for as long as it went back.
 */
export function steadyPause<C>(pauses: IBackoffFactory<C>): IBackoffFactory<C> {
  return { next: (context) => steady(pauses.next(context)) }
}

function steady<C>(pause: IBackoff<C>): IBackoff<C> {
  const since = performance.now()
  return {
    // Longer or shorter than any time that the wall clock may show.
    get duration() {
      return performance.now() - since < pause.duration ? Infinity : -Infinity
    },
    next: (context) => steady(pause.next(context)),
  }
}
