import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { answersOk, Ports } from '@laurel/dev-stack'
import { serviceEnvironment } from '../config'

export interface ReplicaOptions {
  /** Such as `progress 1`. */
  readonly name: string
  /** Compiled entry point. */
  readonly script: string
  readonly port: number
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
}

const RESTART_AFTER_MS = 200
const LOOK_EVERY_MS = 100
const READY_WITHIN_MS = 60_000
const DRAINED_WITHIN_MS = 10_000

/** One process of a service, started again on the same port whenever it ends. */
export class Replica {
  readonly url: string
  private child: ChildProcess | undefined
  private gone: Promise<number | null> = Promise.resolve(null)
  private isStopping = false
  /** Whether the end that comes next was asked for. */
  private isToldToEnd = false
  private wasReady = false
  /** How often it ended although it had been ready and nobody asked it to. */
  endedByItself = 0
  /** How often it ended before it was ready, such as for want of a database: then it is tried again. */
  failedStarts = 0
  /** How often it had not ended ten seconds after SIGTERM. */
  refusedToEnd = 0
  /** How often it ended with a failure although it was told to end: its work was not done. */
  failedDrains = 0

  constructor(private readonly options: ReplicaOptions) {
    this.url = `http://127.0.0.1:${options.port}`
  }

  /** Of the process that runs now, if one does. */
  get pid(): number | undefined {
    return this.child?.pid
  }

  get name(): string {
    return this.options.name
  }

  /** Sends a signal that ends the process; it is started again. False when there is no process at this moment. */
  end(signal: 'SIGKILL' | 'SIGTERM'): boolean {
    const { child } = this
    if (child === undefined || this.isToldToEnd) return false
    this.isToldToEnd = true
    child.kill(signal)
    if (signal === 'SIGTERM') void this.endAnyway(child)
    return true
  }

  /** Sends SIGSTOP or SIGCONT; false when there is no process at this moment. */
  freeze(signal: 'SIGSTOP' | 'SIGCONT'): boolean {
    return this.child?.kill(signal) ?? false
  }

  /** @throws Error naming the log when it does not become ready within a minute */
  async start(): Promise<void> {
    this.launch()
    const deadline = Date.now() + READY_WITHIN_MS
    while (!this.wasReady) {
      if (Date.now() > deadline || this.failedStarts > 2) throw new Error(`${this.name} did not start: see ${this.options.logFile}`)
      await pause(LOOK_EVERY_MS)
    }
  }

  /** SIGTERM, and SIGKILL when it has not drained; resolves when it is gone. */
  async stop(): Promise<void> {
    this.isStopping = true
    this.end('SIGTERM')
    await this.gone
  }

  private async endAnyway(child: ChildProcess): Promise<void> {
    const timeout = AbortSignal.timeout(DRAINED_WITHIN_MS)
    const late = await Promise.race([
      this.gone.then(() => false),
      new Promise<boolean>((resolve) => (timeout.onabort = () => resolve(true))),
    ])
    if (!late) return
    this.refusedToEnd++
    child.kill('SIGKILL')
  }

  private launch(): void {
    const { script, port, env, logFile } = this.options
    const log = openSync(logFile, 'a', 0o600)
    const variables = serviceEnvironment({ ...env, HOST: '127.0.0.1', PORT: String(port) })
    const child = spawn(process.execPath, [script], { env: variables, stdio: ['ignore', log, log] })
    closeSync(log)
    this.child = child
    this.wasReady = false
    void this.untilReady(child)
    this.gone = new Promise((resolve) => child.once('exit', resolve))
    void this.gone.then((code) => this.restart(code))
  }

  private async untilReady(child: ChildProcess): Promise<void> {
    while (this.child === child && !this.wasReady) {
      const isReady = await answersOk(`${this.url}/readyz`)
      if (this.child === child) this.wasReady = isReady
      await pause(LOOK_EVERY_MS)
    }
  }

  private async restart(code: number | null): Promise<void> {
    this.child = undefined
    if (!this.isToldToEnd && this.wasReady) this.endedByItself++
    if (!this.isToldToEnd && !this.wasReady) this.failedStarts++
    if (this.isToldToEnd && code !== null && code !== 0) this.failedDrains++
    this.isToldToEnd = false
    if (this.isStopping) return
    await pause(RESTART_AFTER_MS)
    if (!this.isStopping) this.launch()
  }
}

const ports = new Ports()

/** A port on 127.0.0.1 that nobody listens on and nobody was given before. It stays free between two starts. */
export const freePort = (): Promise<number> => ports.choose()
