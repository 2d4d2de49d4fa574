import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from 'pg'

/** Stops and continues the processes of Postgres' sessions. */
export interface Freezer {
  freeze(pid: number): void
  thaw(pid: number): void
}

const SIGNALS: Freezer = { freeze: (pid) => signal(pid, 'SIGSTOP'), thaw: (pid) => signal(pid, 'SIGCONT') }

/**
 * By signals; null where the server's processes are not this one's to stop.
 *
 * @param admin superuser of the server
 */
export async function freezerOf(admin: Client): Promise<Freezer | null> {
  const { rows } = await admin.query<{ directory: string; told: string }>(
    "select current_setting('data_directory') as directory, pg_read_file('postmaster.pid') as told",
  )
  const { directory, told } = rows[0]!
  return isThere(join(directory, 'postmaster.pid'), told) ? SIGNALS : null
}

/** Process ids mean something on the server's own machine alone: there the file says what the server says of it. */
function isThere(path: string, told: string): boolean {
  try {
    return readFileSync(path, 'utf8') === told
  } catch {
    return false
  }
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    // A session that has ended needs no word.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
