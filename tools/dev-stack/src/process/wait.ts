import { setTimeout as pause } from 'node:timers/promises'

/**
 * Asks again until the answer is defined, and returns it; undefined when the time is over first. The check is asked at
 * least once.
 */
export async function waitFor<T>(
  check: () => Promise<T | undefined> | T | undefined,
  o: { timeoutMs: number; everyMs?: number },
): Promise<T | undefined> {
  const deadline = Date.now() + o.timeoutMs
  for (;;) {
    const answer = await check()
    if (answer !== undefined || Date.now() >= deadline) return answer
    await pause(o.everyMs ?? 50)
  }
}
