import { isAlive, type ProcessIdentity } from './identity'
import { waitFor } from './wait'

/**
 * Ends a process: the signal, up to `graceMs` to obey, then SIGKILL for its whole group. Does nothing when exactly
 * this process no longer runs, so that another one that got the same id is safe.
 */
export async function end(identity: ProcessIdentity, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  if (!send(identity, identity.pid, signal)) return
  if (await gone(identity, graceMs)) return
  send(identity, -identity.pid, 'SIGKILL')
  send(identity, identity.pid, 'SIGKILL')
  await gone(identity, 5_000)
}

function gone(identity: ProcessIdentity, timeoutMs: number): Promise<true | undefined> {
  return waitFor(() => (isAlive(identity) ? undefined : true), { timeoutMs, everyMs: 20 })
}

function send(identity: ProcessIdentity, target: number, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false
  try {
    process.kill(target, signal)
    return true
  } catch (error) {
    // No such process (group): it ended meanwhile, or leads no group.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}
