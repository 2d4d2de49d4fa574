import { setTimeout as pause } from 'node:timers/promises'
import type { Admin } from '@laurel/messaging'

const PATIENCE_MS = 60_000
const PAUSE_MS = 200

/** The same admin client, whose questions about offsets are repeated while a broker comes up: kafkajs gives up at once on those. */
export function patientAdmin(admin: Admin, signal: AbortSignal): Admin {
  return {
    ...admin,
    fetchOffsets: (about) => patiently(() => admin.fetchOffsets(about), signal),
    fetchTopicOffsets: (topic) => patiently(() => admin.fetchTopicOffsets(topic), signal),
  }
}

async function patiently<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (const giveUpAt = Date.now() + PATIENCE_MS; ;) {
    try {
      return await ask()
    } catch (error) {
      signal.throwIfAborted()
      if (Date.now() > giveUpAt) throw error
      await pause(PAUSE_MS, undefined, { signal })
    }
  }
}
