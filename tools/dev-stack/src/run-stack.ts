import { statSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError, type Command } from './arguments'
import { readConfig } from './config'
import { runDemo } from './demo/run-demo'
import type { Progress } from './progress'
import { startStack, type Stack } from './stack/start-stack'
import { aborted, type StopRequest } from './until-stopped'

/** How a command talks to the person and hears that it should end. */
export interface Surroundings {
  readonly progress: Progress
  readonly say: (line: string) => void
  readonly stop: StopRequest
}

/**
 * `npm start` and `npm run stack`. Returns the exit code: 0 when stopped after all went well, 1 when the demo of
 * `--once` did not end well, 130 or 143 when stopped before.
 *
 * @throws StartFailure when something could not be started
 */
export async function runStack(command: Extract<Command, { kind: 'start' | 'stack' }>, o: Surroundings): Promise<number> {
  if (command.kind === 'start' && command.input !== undefined) requireDirectory(command.input)
  const { dir } = readConfig()
  let stack: Stack
  try {
    stack = await startStack({ dir, fresh: command.fresh, progress: o.progress, signal: o.stop.signal })
  } catch (error) {
    if (!o.stop.signal.aborted) throw error
    o.say('Stopped.')
    return o.stop.exitCode()
  }
  try {
    if (command.kind === 'stack') return await stayUp(dir, stack, o)
    const code = await demo(command, stack, o)
    return command.once || o.stop.signal.aborted ? code : await stayUp(dir, stack, o)
  } finally {
    await stack.stop()
    o.say('Stopped.')
  }
}

async function demo(command: Extract<Command, { kind: 'start' }>, stack: Stack, { say, stop }: Surroundings): Promise<number> {
  try {
    const { dir, enableCredentials } = readConfig()
    const { ok, reason } = await runDemo({
      stack: stack.state,
      laurelDir: dir,
      credentials: enableCredentials === 'true',
      log: say,
      signal: stop.signal,
      ...(command.input !== undefined && { inputDir: command.input }),
    })
    if (ok) return 0
    say(reason ?? 'The demo found something missing or double.')
    return stop.signal.aborted ? stop.exitCode() : 1
  } catch (error) {
    if (stop.signal.aborted) return stop.exitCode()
    say(`The demo broke off: ${(error as Error).message}`)
    return 1
  }
}

async function stayUp(dir: string, stack: Stack, { say, stop }: Surroundings): Promise<number> {
  const { progress } = stack.state.services
  say('')
  say(`Everything runs; ${join(dir, 'stack.json')} says where, logs are in ${join(dir, 'logs')}.`)
  if (progress) say(`REST and its documentation: ${progress.url}/docs`)
  say('Ctrl-C stops it.')
  await aborted(stop.signal)
  say('')
  return 0
}

function requireDirectory(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new UsageError(`--input is "${path}": write a directory that exists`)
}
