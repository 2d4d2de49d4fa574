import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CLOCK_DIRECTORY, CLOCK_NAME } from '../config'
import { ACKNOWLEDGED, writeWhole } from './clock-file'

export const HOUR_MS = 3_600_000
const READ_WITHIN_MS = 5_000

/** The clocks of hosts: each can be set apart from the machine's, while the processes on it run. */
export class Clocks {
  private readonly dir = mkdtempSync(join(tmpdir(), 'laurel-clocks-'))
  private readonly offsets = new Map<string, number>()

  constructor(readonly hosts: readonly string[]) {
    for (const host of hosts) this.write(host, 0)
  }

  /** Variables for a service that looks at the clock of the host of its name, or of the host given. */
  environment(host?: string): Record<string, string> {
    const preload = join(__dirname, 'preload.js')
    return { NODE_OPTIONS: `--require ${JSON.stringify(preload)}`, [CLOCK_DIRECTORY]: this.dir, ...(host && { [CLOCK_NAME]: host }) }
  }

  /** How far the clock of a host is ahead of the machine's, in milliseconds. */
  offsetOf(host: string): number {
    return this.offsets.get(host)!
  }

  /** Resolves when the processes tell the time so far ahead of the machine's, in milliseconds. @throws Error when one does not */
  async set(host: string, offsetMs: number): Promise<void> {
    const before = this.acknowledgement(host)
    if (this.offsetOf(host) === offsetMs) return
    this.write(host, offsetMs)
    for (const giveUpAt = performance.now() + READ_WITHIN_MS; performance.now() < giveUpAt; await pause(5)) {
      const said = this.acknowledgement(host)
      if (said !== before && said.endsWith(` ${offsetMs}`)) return
    }
    throw new Error(`the process on host ${host} does not look at its clock in ${basename(this.dir)}`)
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }

  private write(host: string, offsetMs: number): void {
    this.offsets.set(host, offsetMs)
    writeWhole(join(this.dir, host), String(offsetMs))
  }

  private acknowledgement(host: string): string {
    try {
      return readFileSync(join(this.dir, `${host}${ACKNOWLEDGED}`), 'utf8')
    } catch {
      return ''
    }
  }
}
