import { mkdirSync } from 'node:fs'
import { StartFailure } from '../failure'
import type { StartContext } from '../infra'
import { Ports } from '../ports'
import { takeLock } from '../process/lock'
import { PidFile } from '../process/pid-file'
import { silent } from '../progress'
import { Secrets } from '../secrets'
import { killPart, startParts, stopParts, type Parts } from './parts'
import type { StackOptions } from './stack-options'
import { forgetState, type StackState } from './state'

/** Kafka, Postgres, the sandbox and the five services, all answering. What ends by itself is started again. */
export interface Stack {
  /** As stack.json has it now. */
  readonly state: StackState
  /** Sends a signal to a service, `sandbox`, or to `kafka` or `postgres` where they are processes of ours. */
  kill(name: string, signal: NodeJS.Signals): void
  /** Services first, then the sandbox, then Kafka and Postgres; resolves when nothing runs any more. */
  stop(): Promise<void>
}

/**
 * Starts the whole stack in a directory. What a killed run left there is ended first; its data are used again.
 *
 * @throws StartFailure with the reason, also when another stack uses the directory; nothing is left running then
 */
export async function startStack(o: StackOptions): Promise<Stack> {
  mkdirSync(o.dir, { recursive: true })
  const lock = takeLock(o.dir)
  if ('heldBy' in lock)
    throw new StartFailure(
      `A stack runs in ${o.dir} already (process ${lock.heldBy.pid}): stop it first, or set LAUREL_DIR to another directory`,
    )
  const context: StartContext = {
    pids: new PidFile(o.dir),
    ports: new Ports(),
    secrets: new Secrets(o.dir),
    progress: o.progress ?? silent,
  }
  const parts: Parts = { services: new Map() }
  const stop = async () => {
    await stopParts(parts)
    forgetState(o.dir)
    // What was still being started when the start failed.
    await context.pids.interrupt()
    lock.release()
  }
  const interrupt = () => void context.pids.interrupt()
  o.signal?.addEventListener('abort', interrupt)
  try {
    o.signal?.throwIfAborted()
    forgetState(o.dir)
    const left = await context.pids.endAll()
    if (left.length > 0) context.progress.note(`ended what an earlier start left running: ${left.join(', ')}`)
    await startParts(o, context, parts)
    o.signal?.throwIfAborted()
  } catch (error) {
    await stop()
    throw error
  } finally {
    o.signal?.removeEventListener('abort', interrupt)
  }
  let stopped: Promise<void> | undefined
  return {
    get state() {
      return parts.state!.current
    },
    kill: (name, signal) => killPart(parts, name, signal),
    stop: () => (stopped ??= stop()),
  }
}
