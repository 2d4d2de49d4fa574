import { join } from 'node:path'
import { childEnvironment } from '../config'
import { isPortFree, type Ports } from '../ports'
import { REPOSITORY } from '../paths'
import { answersOk } from '../process/answers-ok'
import { launch } from '../process/launch'
import { freshLog } from '../process/log-file'
import type { PidFile } from '../process/pid-file'
import { supervise } from '../process/supervise'
import type { Running } from './state'

export interface HttpProcessOptions {
  readonly name: string
  /** Compiled entry point, relative to the repository. */
  readonly script: string
  /** Path that answers 200 when the process does its work. */
  readonly readyPath: string
  readonly port: number
  /** Whether it may move to another port when its own is taken at a restart; false when others know its address. */
  readonly mayMove: boolean
  env(port: number): Record<string, string>
  readonly dir: string
  readonly pids: PidFile
  readonly ports: Ports
  /** It was started again after it ended by itself. */
  onRestart(running: Running, endedAs: string): void
}

/** A service or the sandbox, started again whenever it ends. */
export interface HttpProcess {
  readonly running: Running
  kill(signal: NodeJS.Signals): void
  /** SIGTERM, and SIGKILL when it has not drained after five seconds. */
  stop(): Promise<void>
}

/**
 * Starts a Node process that listens on HTTP and waits until it is ready.
 *
 * @throws StartFailure with the end of its log
 */
export async function startHttpProcess(o: HttpProcessOptions): Promise<HttpProcess> {
  const logFile = freshLog(o.dir, o.name)
  let port = o.port
  const url = () => `http://127.0.0.1:${port}`
  const supervised = await supervise({
    name: o.name,
    logFile,
    async launch() {
      if (o.mayMove && !(await isPortFree(port))) port = await o.ports.choose()
      return launch({
        name: o.name,
        command: process.execPath,
        args: [join(REPOSITORY, o.script)],
        cwd: REPOSITORY,
        env: childEnvironment(o.env(port)),
        logFile,
        pids: o.pids,
        stopSignal: 'SIGTERM',
      })
    },
    isReady: () => answersOk(`${url()}${o.readyPath}`),
    readyWithinMs: 60_000,
    onRestart: (pid, endedAs) => o.onRestart({ url: url(), pid }, endedAs),
  })
  return {
    get running() {
      return { url: url(), pid: supervised.pid }
    },
    kill: (signal) => supervised.kill(signal),
    stop: () => supervised.stop(5_000),
  }
}
