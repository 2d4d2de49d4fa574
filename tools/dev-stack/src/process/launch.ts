import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { StartFailure } from '../failure'
import { end } from './end'
import { identify, type ProcessIdentity } from './identity'
import type { PidFile, Started } from './pid-file'

export interface LaunchOptions {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Where standard output and error are appended. */
  readonly logFile: string
  readonly pids: PidFile
  readonly stopSignal: NodeJS.Signals
  /** The user to run as, when this process is root. */
  readonly user?: { readonly uid: number; readonly gid: number }
}

/** A child that outlives a terminal's Ctrl-C: only `stop` or its own end ends it. */
export interface Child {
  readonly pid: number
  /** Resolves when it has ended, with words for a message, such as `exit code 1` or `SIGKILL`. */
  readonly ended: Promise<string>
  /** The way it ended, once it has. */
  endedAs(): string | undefined
  /** Sends a signal; does nothing when it has ended. */
  kill(signal: NodeJS.Signals): void
  /** Sends its stop signal, SIGKILL after `graceMs`, and resolves when it is gone. */
  stop(graceMs: number): Promise<void>
}

/**
 * Starts a process in a session of its own: a terminal's Ctrl-C reaches the dev stack alone, which then stops its
 * children in order. Recorded in the pid file before this returns.
 *
 * @throws StartFailure when the command cannot be started, or the pid file is closed
 */
export async function launch(o: LaunchOptions): Promise<Child> {
  if (o.pids.closed) throw new StartFailure(`${o.name} is not started: the stack stops`)
  const log = openSync(o.logFile, 'a', 0o600)
  const child = spawn(o.command, o.args, { cwd: o.cwd, env: o.env, detached: true, stdio: ['ignore', log, log], ...o.user })
  closeSync(log)
  let how: string | undefined
  const ended = new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve((how = signal ?? `exit code ${code}`))))
  if (child.pid === undefined) {
    const error = await new Promise<Error>((resolve) => child.once('error', resolve))
    throw new StartFailure(`${o.name} cannot be started: ${error.message}`)
  }
  // A child that is gone already leaves a zombie until its exit is reported: it has no identity to record.
  const identity: ProcessIdentity | undefined = identify(child.pid)
  const started: Started | undefined = identity && { ...identity, name: o.name, stopSignal: o.stopSignal }
  if (started) {
    o.pids.add(started)
    void ended.then(() => o.pids.remove(started))
  }
  return {
    pid: child.pid,
    ended,
    endedAs: () => how,
    kill: (signal) => void child.kill(signal),
    async stop(graceMs) {
      if (how === undefined && started) await end(started, o.stopSignal, graceMs)
      await ended
    },
  }
}
