import type { Supervised } from '../process/supervise'

/** A server that answers. */
export interface RunningPostgres {
  /** postgres:// URL of a superuser. */
  readonly url: string
  /** For the progress line, such as `Postgres 18.4 on 127.0.0.1:4332`. */
  readonly description: string
  /** Whether its data are ours to wipe; false for the server of DATABASE_URL. */
  readonly ours: boolean
  /** The process, unless it is not ours. */
  readonly process?: Supervised
  /** Fast shutdown; resolves when nothing of it runs any more. Does nothing to a server that is not ours. */
  stop(): Promise<void>
}
