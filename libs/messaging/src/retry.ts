import { setTimeout as delay } from 'node:timers/promises'

export interface RetryPolicy {
  /** Attempts in all for a failure that may be the input's fault. */
  readonly attempts: number
  /** Attempts in all for a transaction that only lost against another one. */
  readonly conflictAttempts: number
  /** First pause in milliseconds; doubles up to `longestPauseMs`, with full jitter. */
  readonly firstPauseMs: number
  readonly longestPauseMs: number
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 3, conflictAttempts: 20, firstPauseMs: 20, longestPauseMs: 1_000 }

/** Milliseconds before attempt n + 1: exponential with full jitter, so that rivals do not meet again. */
export function pauseAfter(attempt: number, policy: RetryPolicy, random: () => number = Math.random): number {
  return random() * Math.min(policy.longestPauseMs, policy.firstPauseMs * 2 ** (attempt - 1))
}

export interface FailureKinds {
  /** The database is away: not retried here. */
  isOutage(error: unknown): boolean
  /** Lost against another transaction. */
  isConflict(error: unknown): boolean
}

/**
 * Runs `attempt` until it succeeds or the policy gives up, then throws its last error. An outage is thrown at once:
 * the caller pauses instead.
 */
export async function withRetry(
  attempt: () => Promise<void>,
  policy: RetryPolicy,
  kinds: FailureKinds,
  pause: (ms: number) => Promise<unknown> = delay,
): Promise<void> {
  for (let n = 1; ; n++) {
    try {
      return await attempt()
    } catch (error) {
      const limit = kinds.isConflict(error) ? policy.conflictAttempts : policy.attempts
      if (kinds.isOutage(error) || n >= limit) throw error
      await pause(pauseAfter(n, policy))
    }
  }
}
