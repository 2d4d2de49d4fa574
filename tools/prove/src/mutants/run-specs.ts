import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { serviceEnvironment } from '../config'
import { FAILED } from './first-failure'
import { readReport, type JestReport, type SpecRun } from './spec-run'

/** A mutant may wait for ever: then its specs are ended, which is a way of being noticed. */
const ENDED_AFTER_MS = 240_000
const KEPT_OUTPUT = 4_000

export interface SpecRunOptions {
  /** The root of the copy. */
  readonly dir: string
  readonly specs: readonly string[]
  /** Of the servers that the integration specs use. */
  readonly servers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Runs specs in the copy until one test fails, with the sources that stand there now. What is compiled is kept for the next run. */
export async function runSpecs({ dir, specs, servers, signal }: SpecRunOptions): Promise<SpecRun> {
  signal.throwIfAborted()
  const report = join(dir, 'jest-report.json')
  rmSync(report, { force: true })
  const jest = spawn(process.execPath, argumentsFor(dir, specs, report), {
    cwd: dir,
    env: serviceEnvironment({ ...servers, LAUREL_CASES: '40' }),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that its workers end with it.
    detached: true,
  })
  const closed = new Promise((resolve) => jest.once('close', resolve))
  const end = () => killGroup(jest)
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    end()
  }, ENDED_AFTER_MS)
  signal.addEventListener('abort', end)
  const output = listen(jest, end)
  await closed
  clearTimeout(timer)
  signal.removeEventListener('abort', end)
  signal.throwIfAborted()
  const failed = output.said.split(FAILED)[1]?.split('\n')[0]
  if (failed !== undefined) return { kind: 'red', test: failed }
  if (isLate) return { kind: 'red', test: `(did not end within ${ENDED_AFTER_MS / 1_000} s)` }
  if (!existsSync(report)) return { kind: 'broken', why: output.errors }
  return readReport(JSON.parse(readFileSync(report, 'utf8')) as JestReport)
}

function argumentsFor(dir: string, specs: readonly string[], report: string): string[] {
  const projects = [...new Set(specs.map((spec) => /\.(\w+)\.spec\.ts$/.exec(spec)![1]!))]
  return [
    ...['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--selectProjects', ...projects],
    ...['--json', `--outputFile=${report}`, `--reporters=${require.resolve('./first-failure')}`],
    ...[`--cacheDirectory=${join(dir, '.jest')}`, '--maxWorkers=2', '--forceExit', '--runTestsByPath', ...specs],
  ]
}

/** What jest says; it is ended at the first failure. */
function listen(jest: ChildProcess, end: () => void): { said: string; errors: string } {
  const output = { said: '', errors: '' }
  jest.stdout!.on('data', (chunk: Buffer) => {
    output.said = (output.said + chunk.toString()).slice(-KEPT_OUTPUT)
    if (output.said.includes(FAILED) && output.said.endsWith('\n')) end()
  })
  jest.stderr!.on('data', (chunk: Buffer) => (output.errors = (output.errors + chunk.toString()).slice(-KEPT_OUTPUT)))
  return output
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // It ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
