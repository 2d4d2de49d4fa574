import { Client, type ClientConfig } from 'pg'
import { setTimeout as pause } from 'node:timers/promises'

/** After so long without a word from the server it is asked, elsewhere, whether it is still at the statement. */
const DOUBT_AFTER_MS = 2_000
const LOOK_EVERY_MS = 250
/** For the connection and the answer on which the doubt is settled. */
const ASKED_WITHIN_MS = 2_000

/** node-postgres keeps it without declaring it: false while a statement is under way. */
interface Busyness {
  readonly readyForQuery: boolean
}

/**
 * A connection that is ended when its server no longer knows of the statement that it waits for: over a link that lost the request
 * or the answer it would wait for ever. A statement may take as long as it takes, while the server works on it. What fails has the
 * code ETIMEDOUT.
 */
export class AnsweringClient extends Client {
  private readonly config: ClientConfig

  constructor(config: ClientConfig = {}) {
    super(config)
    this.config = config
    this.once('connect', () => void this.watch())
  }

  private async watch(): Promise<void> {
    const { stream } = this.connection
    let heardAt = performance.now()
    const heard = () => void (heardAt = performance.now())
    stream.on('data', heard)
    while (!stream.destroyed) {
      await pause(LOOK_EVERY_MS, undefined, { ref: false })
      if ((this as unknown as Busyness).readyForQuery) heard()
      if (performance.now() - heardAt <= DOUBT_AFTER_MS) continue
      const asked = heardAt
      const isAtWork = await this.isServerAtWork()
      // An answer may have come meanwhile.
      if (!isAtWork && heardAt === asked) stream.destroy(noAnswer())
      heard()
    }
  }

  /** Whether the server works on this connection's statement; false too when it cannot be asked. */
  private async isServerAtWork(): Promise<boolean> {
    // As the login: a role that was taken on would not be shown what its sessions do.
    const asking = new Client({ ...this.config, options: '', connectionTimeoutMillis: ASKED_WITHIN_MS, query_timeout: ASKED_WITHIN_MS })
    asking.on('error', () => undefined)
    try {
      await asking.connect()
      const text = "select 1 from pg_stat_activity where pid = $1 and state = 'active'"
      return (await asking.query(text, [this.processId])).rowCount === 1
    } catch {
      return false
    } finally {
      asking.connection.stream.destroy()
    }
  }

  private get processId(): number | null {
    return (this as unknown as { readonly processID: number | null }).processID
  }
}

function noAnswer(): Error {
  return Object.assign(new Error('the database server does not know of the statement that was sent to it'), { code: 'ETIMEDOUT' })
}
