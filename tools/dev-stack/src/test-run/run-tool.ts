import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { childEnvironment } from '../config'
import { REPOSITORY } from '../paths'

/**
 * Runs a Node script of the repository with this Node, its output going where this process's goes, and returns its exit
 * code; 1 when it was killed.
 */
export type RunTool = (script: string, args: readonly string[], environment?: Readonly<Record<string, string>>) => Promise<number>

/** @param o.timeoutMs after which a tool that hangs is killed, so that a run always ends with its counts */
export function toolRunner(o: { signal: AbortSignal; timeoutMs: number; say: (line: string) => void }): RunTool {
  return (script, args, environment = {}) => {
    if (o.signal.aborted) return Promise.resolve(1)
    return new Promise((resolve, reject) => {
      const tool = spawn(process.execPath, [join(REPOSITORY, script), ...args], {
        cwd: REPOSITORY,
        // No daemon of Nx may stay behind after its lint rule was asked.
        env: childEnvironment({ NX_DAEMON: 'false', ...environment }),
        stdio: ['ignore', 'inherit', 'inherit'],
        // A group of its own, so that what the tool started is ended with it.
        detached: true,
      })
      const signalGroup = (signal: NodeJS.Signals) => {
        try {
          process.kill(-tool.pid!, signal)
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
        }
      }
      const onAbort = () => signalGroup('SIGTERM')
      o.signal.addEventListener('abort', onAbort, { once: true })
      const timer = setTimeout(() => {
        o.say(`${script} ${args.join(' ')} did not end within ${o.timeoutMs / 60_000} minutes: killed`)
        signalGroup('SIGKILL')
      }, o.timeoutMs)
      tool.once('error', reject)
      tool.once('exit', (code) => {
        clearTimeout(timer)
        o.signal.removeEventListener('abort', onAbort)
        resolve(code ?? 1)
      })
    })
  }
}
