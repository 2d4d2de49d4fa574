import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { childEnvironment } from '../config'
import { StartFailure } from '../failure'
import { launch } from '../process/launch'
import { freshLog } from '../process/log-file'
import type { PidFile } from '../process/pid-file'
import { supervise } from '../process/supervise'
import type { Ports } from '../ports'
import { makeCluster, releaseData, SUPERUSER } from './cluster'
import { nativePostgres, postgresVersion } from './native'
import { choosePlace, type Place } from './place'
import type { RunningPostgres } from './running-postgres'

export interface PostgresOptions {
  /** Where its data and log live, or what says where they do. */
  readonly dir: string
  /** A superuser's URL of a server that runs already. */
  readonly url?: string
  /** Wipe our data before the start. */
  readonly fresh: boolean
  /** false for tests: data need not outlive the machine. */
  readonly durable: boolean
  /** On top of ours. */
  readonly settings: Readonly<Record<string, string>>
  readonly password: string
  readonly pids: PidFile
  readonly ports: Ports
  readonly preferredPort?: number
  readonly note: (text: string) => void
}

/**
 * A Postgres 18: the given one, else the embedded one, listening on 127.0.0.1 alone.
 *
 * @throws StartFailure with the reason, and the end of the log when it does not come up
 */
export async function startPostgres(o: PostgresOptions): Promise<RunningPostgres> {
  if (o.url !== undefined) return externalPostgres(o.url)
  const native = nativePostgres()
  const place = choosePlace(o.dir, native)
  await releaseData(place.dataDir)
  if (o.fresh) rmSync(place.dataDir, { recursive: true, force: true })
  await makeCluster(place, o.password, { durable: o.durable })

  const port = await o.ports.choose(o.preferredPort)
  const logFile = freshLog(o.dir, 'postgres')
  const url = `postgres://${SUPERUSER}:${encodeURIComponent(o.password)}@127.0.0.1:${port}/postgres`
  const process = await supervise({
    name: 'Postgres',
    logFile,
    async launch() {
      await releaseData(place.dataDir)
      return launch({
        name: 'postgres',
        command: join(place.nativeDir, 'bin', 'postgres'),
        args: serverArguments(place, port, o),
        cwd: '/',
        env: childEnvironment({ LC_ALL: 'C' }),
        logFile,
        pids: o.pids,
        stopSignal: 'SIGINT',
        ...(place.user && { user: place.user }),
      })
    },
    isReady: () => answers(url),
    readyWithinMs: 60_000,
    onRestart: (_pid, endedAs) => o.note(`Postgres ended (${endedAs}): started again`),
  })
  return {
    url,
    description: `Postgres ${postgresVersion(native.version)} on 127.0.0.1:${port}`,
    ours: true,
    process,
    stop: () => process.stop(10_000),
  }
}

/** Removes a directory's data wherever they lie; the server must be down. */
export function removePostgresData(dir: string): void {
  rmSync(choosePlace(dir, nativePostgres()).dataDir, { recursive: true, force: true })
}

function serverArguments(place: Place, port: number, o: Pick<PostgresOptions, 'durable' | 'settings'>): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port: port,
    unix_socket_directories: '',
    max_connections: 300,
    shared_buffers: '256MB',
    max_wal_size: '2GB',
    log_line_prefix: '%m [%p] %q%u %a ',
    ...(!o.durable && { fsync: 'off', full_page_writes: 'off' }),
    ...o.settings,
  }
  return ['-D', place.dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

/** @throws StartFailure when the password is not the one that the data were made with */
async function answers(url: string): Promise<boolean> {
  const failure = await ping(url)
  if (failure?.code === '28P01') {
    throw new StartFailure(
      'Postgres refuses the password in secrets.json, because its data were made with another: start once with --fresh, which wipes the data',
    )
  }
  return failure === undefined
}

async function ping(url: string): Promise<{ code?: string; message: string } | undefined> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000, application_name: 'laurel-dev-stack' })
  // An error between connect and end must not end this process.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return undefined
  } catch (error) {
    return error as { code?: string; message: string }
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function externalPostgres(url: string): Promise<RunningPostgres> {
  const failure = await ping(url)
  if (failure) {
    throw new StartFailure(
      `DATABASE_URL is set, but that server cannot be used: ${failure.message || failure.code}. Start it, correct the variable, or unset it`,
    )
  }
  return { url, description: `Postgres of DATABASE_URL on ${new URL(url).host}`, ours: false, stop: async () => undefined }
}
