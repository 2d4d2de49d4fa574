import { execFile } from 'node:child_process'
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { childEnvironment } from '../config'
import { StartFailure } from '../failure'
import { end } from '../process/end'
import { commandLine, identify } from '../process/identity'
import { waitFor } from '../process/wait'
import { makePrivate, type Place } from './place'

/** Of the data, written by initdb. */
const MAJOR = '18'

export const SUPERUSER = 'laurel'

/**
 * Makes the data directory when there is none: UTF-8, the built-in C.UTF-8 locale (so that sorting does not depend on
 * the machine), passwords by SCRAM. A crash leaves no half-made directory behind.
 *
 * @throws StartFailure when initdb fails or the data are of another major version
 */
export async function makeCluster(place: Place, password: string, o: { durable: boolean }): Promise<void> {
  if (existsSync(place.dataDir)) {
    const major = readFileSync(join(place.dataDir, 'PG_VERSION'), 'utf8').trim()
    if (major === MAJOR) return
    throw new StartFailure(`${place.dataDir} was written by Postgres ${major}, this is ${MAJOR}: start once with --fresh, which wipes it`)
  }
  const draft = `${place.dataDir}.draft`
  const passwordFile = `${place.dataDir}.password`
  rmSync(draft, { recursive: true, force: true })
  makePrivate(draft, place.user)
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (place.user) chownSync(passwordFile, place.user.uid, place.user.gid)
  const args = [
    `--pgdata=${draft}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(o.durable ? [] : ['--no-sync']),
  ]
  try {
    await promisify(execFile)(join(place.nativeDir, 'bin', 'initdb'), args, {
      cwd: '/',
      env: childEnvironment({ LC_ALL: 'C' }),
      encoding: 'utf8',
      ...place.user,
    })
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string }
    throw new StartFailure(`Postgres could not make its data directory ${draft}:\n${`${stdout}${stderr}`.trim() || message}`)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(draft, place.dataDir)
}

/**
 * Clears the way after a SIGKILL: ends a server that still runs on the data, and removes a postmaster.pid that Postgres
 * would take for a running server, because its number now belongs to another process or to a zombie that nobody reaps.
 */
export async function releaseData(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, 'postmaster.pid')
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
  const holder = identify(pid)
  if (holder && commandLine(pid).includes(`-D ${dataDir}`)) {
    await end(holder, 'SIGINT', 5_000)
  } else if (holder || !(await waitFor(() => (exists(pid) ? undefined : true), { timeoutMs: 5_000 }))) {
    // A server's own children end as soon as it is gone: long before this.
    rmSync(pidFile, { force: true })
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
