import { setTimeout as pause } from 'node:timers/promises'
import { StartFailure, withLog } from '../failure'
import type { Child } from './launch'
import { waitFor } from './wait'

export interface Supervision {
  /** For messages, such as `Kafka`. */
  readonly name: string
  readonly logFile: string
  /** Starts the process; called again each time that it ended by itself. */
  launch(): Promise<Child>
  /** Whether it does its work. A thrown StartFailure ends the wait at once. */
  isReady(): Promise<boolean>
  readonly readyWithinMs: number
  /** Called after each restart, when the process has its new id. */
  onRestart?(pid: number, endedAs: string): void
}

/** A process that is started again whenever it ends, until it is stopped. */
export interface Supervised {
  readonly pid: number
  /** Sends a signal; what ends by it is started again. */
  kill(signal: NodeJS.Signals): void
  /** Sends its stop signal, SIGKILL after `graceMs`; resolves when it is gone and stays gone. */
  stop(graceMs: number): Promise<void>
}

const BACKOFF = { firstMs: 200, mostMs: 5_000 }

/** Having run for so long, a process gets the first, short pause again. */
const STEADY_MS = 10_000

/** The pause before the n-th restart in a row (from 0): 200 ms, doubled each time, at most 5 s. */
export function backoffMs(restartsInARow: number): number {
  return Math.min(BACKOFF.mostMs, BACKOFF.firstMs * 2 ** restartsInARow)
}

/**
 * Starts a process, waits until it is ready, and from then on starts it again whenever it ends.
 *
 * @throws StartFailure with the end of its log when it ends or stays unready during the first start; it is gone then
 */
export async function supervise(o: Supervision): Promise<Supervised> {
  let child = await o.launch()
  await firstReady(o, child)

  const stopping = new AbortController()
  const relaunch = async (restartsInARow: number): Promise<Child> => {
    for (let failed = 0; ; failed++) {
      await pause(backoffMs(restartsInARow + failed), undefined, { signal: stopping.signal })
      try {
        return await o.launch()
      } catch {
        // The machine may be out of processes or memory for a moment: tried again after a longer pause.
      }
    }
  }
  const watch = async () => {
    for (let inARow = 0; ; inARow++) {
      const began = Date.now()
      const endedAs = await child.ended
      if (Date.now() - began > STEADY_MS) inARow = 0
      child = await relaunch(inARow)
      if (stopping.signal.aborted) return child.stop(5_000)
      o.onRestart?.(child.pid, endedAs)
    }
  }
  const watching = watch().catch((error: unknown) => {
    // The pause before a restart, cut short by stop().
    if (!stopping.signal.aborted) throw error
  })
  return {
    get pid() {
      return child.pid
    },
    kill: (signal) => child.kill(signal),
    async stop(graceMs) {
      stopping.abort()
      await child.stop(graceMs)
      await watching
    },
  }
}

async function firstReady(o: Supervision, child: Child): Promise<void> {
  try {
    const outcome = await waitFor(async () => (child.endedAs() !== undefined ? 'ended' : (await o.isReady()) ? 'ready' : undefined), {
      timeoutMs: o.readyWithinMs,
    })
    if (outcome === 'ready') return
    throw withLog(`${o.name} did not start (${child.endedAs() ?? `not ready after ${o.readyWithinMs / 1000} s`})`, o.logFile)
  } catch (error) {
    await child.stop(5_000)
    throw error instanceof StartFailure ? error : new StartFailure(`${o.name} did not start: ${(error as Error).message}`)
  }
}
