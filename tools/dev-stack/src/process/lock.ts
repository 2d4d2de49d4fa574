import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identify, isAlive, type ProcessIdentity } from './identity'

/** Held by one process of a directory at a time; the lock of a process that is gone counts for nothing. */
export interface Lock {
  release(): void
}

/** The process that holds the directory's lock, if one that still runs does. */
export function lockHolder(dir: string): ProcessIdentity | undefined {
  const holder = read(join(dir, 'lock.json'))
  return holder && isAlive(holder) ? holder : undefined
}

/** Takes the directory's lock for this process, or returns who has it. */
export function takeLock(dir: string): Lock | { readonly heldBy: ProcessIdentity } {
  const path = join(dir, 'lock.json')
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, JSON.stringify(identify(process.pid)), { mode: 0o600 })
  try {
    for (;;) {
      if (link(draft, path)) return { release: () => rmSync(path, { force: true }) }
      const heldBy = lockHolder(dir)
      if (heldBy) return { heldBy }
      removeStale(path)
    }
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Moves a stale lock away, and back when another process took the lock between the look and the move. */
function removeStale(path: string): void {
  const moved = `${path}.${process.pid}.stale`
  try {
    renameSync(path, moved)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const holder = read(moved)
  if (holder && isAlive(holder)) link(moved, path)
  rmSync(moved, { force: true })
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function read(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity
  } catch {
    return undefined
  }
}
