import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeAtomically } from '../process/write-atomically'

/** Where one process answers. */
export interface Running {
  readonly url: string
  readonly pid: number
}

/** Contents of `.laurel/stack.json`, for tools, tests and people. It holds passwords and tokens. */
export interface StackState {
  /** host:port of each broker. */
  readonly kafka: { readonly brokers: readonly string[] }
  /** A superuser's URL. */
  readonly postgres: { readonly url: string }
  /** By service name, such as `progress`. */
  readonly services: Readonly<Record<string, Running>>
  readonly sandbox: Running & { readonly smtp_port: number }
  /** Bearer tokens, good for 30 days. */
  readonly tokens: { readonly learner: string; readonly admin: string }
  /** By service name: the URL with which it connects to Postgres. */
  readonly databases: Readonly<Record<string, string>>
}

/** The state of a running stack, in memory and in `<dir>/stack.json`, mode 0600. */
export class StateFile {
  /** Written at once. */
  constructor(
    private readonly dir: string,
    private state: StackState,
  ) {
    this.write()
  }

  get current(): StackState {
    return this.state
  }

  /** A service or the sandbox runs again, under another process id and perhaps at another URL. */
  moved(name: string, running: Running): void {
    this.state =
      name === 'sandbox'
        ? { ...this.state, sandbox: { ...this.state.sandbox, ...running } }
        : { ...this.state, services: { ...this.state.services, [name]: running } }
    this.write()
  }

  private write(): void {
    writeAtomically(pathOf(this.dir), `${JSON.stringify(this.state, null, 2)}\n`)
  }
}

/** Removes stack.json: what it describes no longer runs. */
export function forgetState(dir: string): void {
  rmSync(pathOf(dir), { force: true })
}

function pathOf(dir: string): string {
  return join(dir, 'stack.json')
}
