import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { childEnvironment } from '../config'
import { answersOk } from '@laurel/dev-stack'
import { BenchFailure } from '../failure'
import { BENCH_DIRECTORY } from '../paths'
import type { Closing } from './closing'

const END_WITH_PARENT = join(__dirname, 'end-with-parent.js')
const READY_WITHIN_MS = 60_000
const GRACE_MS = 6_000

/** A Node process of a benchmark. */
export interface Child {
  readonly pid: number
  readonly process: ChildProcess
  /** SIGTERM, SIGKILL when it has not ended after six seconds; resolves when it is gone. */
  stop(): Promise<void>
}

/** A process that answers HTTP on 127.0.0.1. */
export interface HttpChild extends Child {
  readonly port: number
  /**
   * Resolves when its ready path answers 200.
   *
   * @throws BenchFailure with the end of its log
   */
  ready(): Promise<void>
}

export interface HttpChildOptions {
  readonly name: string
  readonly script: string
  readonly readyPath: string
  readonly env: Readonly<Record<string, string>>
}

/** Starts a compiled script; its output goes to `<name>.log` in the benchmarks' directory, or the one given, which starts empty. */
export function startChild(
  closing: Closing,
  name: string,
  script: string,
  env: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
  logs?: string,
): Child {
  const log = openSync(logOf(name, logs), 'w', 0o600)
  const child = spawn(process.execPath, [...flags, '--require', END_WITH_PARENT, script], {
    stdio: ['ignore', log, log, 'ipc'],
    serialization: 'advanced',
    env: childEnvironment(env),
  })
  closeSync(log)
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async () => {
    if (hasEnded(child)) return
    child.kill('SIGTERM')
    const deadline = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
    await gone
    clearTimeout(deadline)
  }
  closing.add(stop)
  return { pid: child.pid!, process: child, stop }
}

/** As in a pod of a gigabyte: without it Node lets garbage lie while the machine has memory, and nothing could be said of leaks. */
const HEAP_LIMIT = '--max-old-space-size=512'

/** Starts a server on a free port, given to it as PORT, without waiting for it. */
export async function startHttpChild(closing: Closing, o: HttpChildOptions): Promise<HttpChild> {
  const port = await freePort()
  const child = startChild(closing, o.name, o.script, { ...o.env, HOST: '127.0.0.1', PORT: String(port) }, [HEAP_LIMIT])
  return { ...child, port, ready: () => waitUntilReady(child, o.name, `http://127.0.0.1:${port}${o.readyPath}`) }
}

async function waitUntilReady(child: Child, name: string, url: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (!(await answersOk(url))) {
    if (hasEnded(child.process)) throw new BenchFailure(`${name} ended before it was ready.\n${logEnd(name)}`)
    if (Date.now() > deadline) throw new BenchFailure(`${name} is not ready after ${READY_WITHIN_MS / 1_000} s.\n${logEnd(name)}`)
    await pause(50)
  }
}

/** The last lines that a child wrote, for a message. */
export function logEnd(name: string, logs?: string): string {
  const lines = readFileSync(logOf(name, logs), 'utf8').trimEnd().split('\n').slice(-10)
  return [`The end of ${logOf(name, logs)}:`, ...lines.map((line) => `  ${line}`)].join('\n')
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

function logOf(name: string, directory = join(BENCH_DIRECTORY, 'logs')): string {
  mkdirSync(directory, { recursive: true })
  return join(directory, `${name.replaceAll(' ', '-')}.log`)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
