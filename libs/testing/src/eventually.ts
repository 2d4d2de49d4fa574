import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 20

/**
 * Polls until `check` returns without throwing, and returns what it returned. After `withinMs` (20 s unless told) throws
 * the last error: the bound is there to end a broken test, never to assert speed.
 */
export async function eventually<T>(check: () => T | Promise<T>, withinMs = 20_000): Promise<T> {
  const deadline = Date.now() + withinMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await delay(POLL_MS)
    }
  }
}
