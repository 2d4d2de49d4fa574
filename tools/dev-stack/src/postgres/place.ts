import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, chownSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StartFailure } from '../failure'
import { REPOSITORY } from '../paths'
import { writeAtomically } from '../process/write-atomically'
import type { NativePostgres } from './native'

/** The user Postgres runs as; it refuses to run as root. */
export interface PostgresUser {
  readonly uid: number
  readonly gid: number
}

/** Where the server's binaries are run from and its data lie, both open to the user it runs as. */
export interface Place {
  readonly nativeDir: string
  readonly dataDir: string
  /** Only when this process is root. */
  readonly user?: PostgresUser
}

/**
 * Chooses the place for a directory's Postgres: inside the directory, unless this process is root and the user that
 * Postgres then runs as cannot enter it (a checkout under a 0700 home). Then it is below /var/tmp, binaries and all,
 * and remembered in `<dir>/postgres-data`.
 */
export function choosePlace(dir: string, native: NativePostgres): Place {
  const inside = join(dir, 'postgres')
  if (process.getuid?.() !== 0) return { nativeDir: native.dir, dataDir: inside }
  const user = unprivilegedUser()
  const note = join(dir, 'postgres-data')
  const remembered = existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined
  if (remembered === undefined && canUse(user, dir, native.dir)) return { nativeDir: native.dir, dataDir: inside, user }

  const area = outsideArea()
  const dataDir = remembered ?? join(area, `data-${hash(dir)}`)
  removeAbandoned(area)
  if (remembered === undefined) {
    // Data that nothing in this directory remembers belong to a checkout that was removed.
    rmSync(dataDir, { recursive: true, force: true })
    writeAtomically(`${dataDir}.of`, dir)
    writeAtomically(note, `${dataDir}\n`)
  }
  return { nativeDir: copyOf(native, area), dataDir, user }
}

/** Makes a directory that only the server's user can enter. */
export function makePrivate(path: string, user: PostgresUser | undefined): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  if (user) chownSync(path, user.uid, user.gid)
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}

/** `postgres` where the machine has such a user, else `nobody`, which every machine has. */
function unprivilegedUser(): PostgresUser {
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout.trim() || NaN))
    if (uid! > 0 && gid! >= 0) return { uid: uid!, gid: gid! }
  }
  throw new StartFailure(
    'Postgres cannot run as root, and there is no user "postgres" or "nobody" to run it as: create one, or run this as another user',
  )
}

/** Asked of the system itself, as that user: permissions may come from modes, groups or access lists. */
function canUse(user: PostgresUser, dir: string, nativeDir: string): boolean {
  const sample = join(nativeDir, 'share', 'postgresql', 'postgres.bki')
  const test = 'test -x "$1" && test -r "$2" && "$3" --version >/dev/null 2>&1'
  return spawnSync('/bin/sh', ['-c', test, 'sh', dir, sample, join(nativeDir, 'bin', 'postgres')], { cwd: '/', ...user }).status === 0
}

/** One directory per checkout, made by us or refused: others may write in its parent. */
function outsideArea(): string {
  const area = join(existsSync('/var/tmp') ? '/var/tmp' : tmpdir(), `laurel-${hash(REPOSITORY)}`)
  try {
    mkdirSync(area, { mode: 0o755 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const found = lstatSync(area)
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new StartFailure(
      `${area} belongs to somebody else: remove it, Postgres's data go there when other users cannot enter ${REPOSITORY}`,
    )
  }
  // Whatever the umask was.
  chmodSync(area, 0o755)
  return area
}

/** Removes the data of directories that are gone, such as those of finished tests, unless a server runs on them. */
function removeAbandoned(area: string): void {
  for (const name of readdirSync(area).filter((file) => file.endsWith('.of'))) {
    const dataDir = join(area, name.slice(0, -'.of'.length))
    if (existsSync(readFileSync(join(area, name), 'utf8')) || existsSync(join(dataDir, 'postmaster.pid'))) continue
    rmSync(dataDir, { recursive: true, force: true })
    rmSync(join(area, name), { force: true })
  }
}

function copyOf(native: NativePostgres, area: string): string {
  const copy = join(area, `native-${native.version}`)
  if (existsSync(copy)) return copy
  const draft = `${copy}.${process.pid}`
  cpSync(native.dir, draft, { recursive: true, verbatimSymlinks: true })
  openToAll(draft)
  try {
    renameSync(draft, copy)
  } catch (error) {
    // Another start made the same copy meanwhile.
    if (!existsSync(copy)) throw error
    rmSync(draft, { recursive: true, force: true })
  }
  return copy
}

function openToAll(path: string): void {
  const found = lstatSync(path)
  if (found.isSymbolicLink()) return
  chmodSync(path, found.isDirectory() || found.mode & 0o100 ? 0o755 : 0o644)
  if (found.isDirectory()) for (const name of readdirSync(path)) openToAll(join(path, name))
}
