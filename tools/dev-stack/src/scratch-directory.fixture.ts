import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new empty directory for each test of a file; all are removed after the last, when nothing writes there any more. */
export function scratchDirectory(): { readonly path: string } {
  const scratch = { path: '' }
  const made: string[] = []
  beforeEach(() => {
    scratch.path = mkdtempSync(join(tmpdir(), 'laurel-spec-'))
    made.push(scratch.path)
  })
  afterAll(() => made.forEach((path) => rmSync(path, { recursive: true, force: true })))
  return scratch
}
