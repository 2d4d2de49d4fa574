import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { end } from './end'
import { isAlive, type ProcessIdentity } from './identity'
import { writeAtomically } from './write-atomically'

/** A process that this checkout started, and how it likes to be told to stop. */
export interface Started extends ProcessIdentity {
  readonly name: string
  readonly stopSignal: NodeJS.Signals
}

/** The processes of one directory, in `pids.json`, so that a start after a SIGKILL of everything finds them again. */
export class PidFile {
  private readonly path: string
  private started: Started[]
  private isClosed = false

  constructor(dir: string) {
    this.path = join(dir, 'pids.json')
    this.started = readStarted(this.path)
  }

  /** Remembers a process. On disk when it returns. */
  add(process: Started): void {
    this.write([...this.started, process])
  }

  /** Forgets a process that has ended. */
  remove(process: ProcessIdentity): void {
    this.write(this.started.filter((other) => other.pid !== process.pid || other.started !== process.started))
  }

  /** Whether nothing more may be started. */
  get closed(): boolean {
    return this.isClosed
  }

  /** For a start that is interrupted: nothing more may be started, and what runs is ended. */
  async interrupt(): Promise<void> {
    this.isClosed = true
    await this.endAll()
  }

  /**
   * Ends all that is recorded and still runs: what an earlier run left behind, when nothing was started yet. Returns
   * their names.
   */
  async endAll(): Promise<string[]> {
    const left = this.started.filter(isAlive)
    // Started last, ended first: the services let go of Kafka and Postgres before these stop.
    for (const process of left.toReversed()) await end(process, process.stopSignal, 5_000)
    this.write([])
    return left.map((process) => process.name)
  }

  private write(started: Started[]): void {
    this.started = started
    writeAtomically(this.path, `${JSON.stringify(started, null, 2)}\n`)
  }
}

function readStarted(path: string): Started[] {
  try {
    const list: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return Array.isArray(list) ? (list as Started[]) : []
  } catch {
    return []
  }
}
