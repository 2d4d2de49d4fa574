import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { commandEnvironment } from './config'

export const REPOSITORY = resolve(__dirname, '..', '..', '..')

/** What `.laurel/stack.json` says of a running stack, as far as tests need it. */
export interface StackFile {
  readonly services: Readonly<Record<string, { readonly url: string; readonly pid: number }>>
  readonly sandbox: { readonly url: string; readonly pid: number }
  readonly tokens: { readonly learner: string; readonly admin: string }
}

/** One of Laurel's commands as a person runs it, in a process of its own with a data directory of its own. */
export class LaurelCommand {
  readonly dir = mkdtempSync(join(tmpdir(), 'laurel-e2e-'))
  private readonly child: ChildProcess
  private readonly ended: Promise<number | null>
  output = ''

  constructor(...args: string[]) {
    this.child = spawn(process.execPath, [join(REPOSITORY, 'tools', 'bootstrap.mjs'), ...args], {
      cwd: REPOSITORY,
      env: commandEnvironment(this.dir),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.ended = new Promise((done) => this.child.once('close', done))
    this.child.stdout!.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    this.child.stderr!.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
  }

  /** Resolves with the exit code. */
  exit(): Promise<number | null> {
    return this.ended
  }

  /**
   * Resolves with what it printed, once it has ended well.
   *
   * @throws Error with all that it printed, when it ended with another exit code than 0
   */
  async success(): Promise<string> {
    const code = await this.ended
    if (code !== 0) throw new Error(`it ended with exit code ${code} and printed\n${this.output}`)
    return this.output
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  interrupt(): void {
    this.child.kill('SIGINT')
  }

  /** What the stack says of itself now. */
  stack(): StackFile {
    return this.read<StackFile>('stack.json')
  }

  read<T>(file: string): T {
    return JSON.parse(readFileSync(join(this.dir, file), 'utf8')) as T
  }

  /** Ends the command if it still runs, and removes its data. */
  async remove(): Promise<void> {
    if (!this.hasEnded) this.interrupt()
    await this.ended
    rmSync(this.dir, { recursive: true, force: true })
  }
}
