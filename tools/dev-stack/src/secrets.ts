import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeAtomically } from './process/write-atomically'

/** Random passwords of one directory by name, in `secrets.json`, readable by the owner alone. */
export class Secrets {
  private readonly path: string
  private readonly known: Record<string, string>

  constructor(dir: string) {
    this.path = join(dir, 'secrets.json')
    this.known = existsSync(this.path) ? (JSON.parse(readFileSync(this.path, 'utf8')) as Record<string, string>) : {}
  }

  /** The secret with the name: the same one in every start. */
  of(name: string): string {
    const known = this.known[name]
    if (known !== undefined) return known
    const drawn = randomBytes(24).toString('base64url')
    this.known[name] = drawn
    writeAtomically(this.path, `${JSON.stringify(this.known, null, 2)}\n`)
    return drawn
  }
}
