import { join } from 'node:path'
import { childEnvironment } from '../config'
import { launch, type Child } from './launch'
import type { PidFile } from './pid-file'

/** Starts a Node one-liner the way the stack starts its processes; its output goes to `<dir>/<name>.log`. */
export function launchScript(dir: string, pids: PidFile, script: string, name = 'sleeper'): Promise<Child> {
  return launch({
    name,
    command: process.execPath,
    args: ['-e', script],
    cwd: dir,
    env: childEnvironment({ NODE_OPTIONS: '' }),
    logFile: join(dir, `${name}.log`),
    pids,
    stopSignal: 'SIGTERM',
  })
}

export const SLEEP = 'setInterval(() => {}, 1000)'
