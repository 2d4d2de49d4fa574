import { renameSync, writeFileSync } from 'node:fs'

/** Replaces a file so that a reader, or a crash, sees the old content or the new one. Readable by the owner alone. */
export function writeAtomically(path: string, content: string): void {
  const draft = `${path}.${process.pid}.new`
  writeFileSync(draft, content, { mode: 0o600 })
  renameSync(draft, path)
}
