import { query, type Tx } from './transaction'

/** Of Laurel's locks among all advisory locks of the database. */
const NAMESPACE = 1818326386
const KEY = `${NAMESPACE}, hashtext($1 || ' ' || current_schema())`
const TRY = { name: 'session-lock-try', text: `select pg_try_advisory_lock(${KEY}) as mine` }
const UNLOCK = { name: 'session-lock-unlock', text: `select pg_advisory_unlock(${KEY})` }
const END_WHEN_IDLE = { text: "select set_config('idle_session_timeout', $1, false)" }

/** A lock that is held. */
export interface SessionLock {
  /** Lets go of it. Where the connection was lost, the server has done so already. */
  release(): Promise<void>
}

/**
 * A lock of the current schema that at most one connection holds; null when another one does. It ends with the connection, and
 * a process that stands still loses both after `idleMs`: the server ends a session that holds the lock and says nothing for
 * so long. One that does other work says a word every quarter of that by itself.
 *
 * Whoever was frozen and wakes does not know yet that the lock is another's: what it does then must be harmless twice.
 *
 * @param tx on a connection that stays the same for as long as the lock is needed
 */
export async function trySessionLock(tx: Tx, name: string, idleMs = 10_000): Promise<SessionLock | null> {
  const [row] = await query<{ mine: boolean }>(tx, TRY, [name])
  if (!row!.mine) return null
  await query(tx, END_WHEN_IDLE, [String(idleMs)])
  const talking = setInterval(() => void query(tx, { text: 'select' }).catch(() => undefined), idleMs / 4)
  talking.unref()
  return {
    async release() {
      clearInterval(talking)
      await query(tx, UNLOCK, [name])
        .then(() => query(tx, END_WHEN_IDLE, ['0']))
        .catch(() => undefined)
    },
  }
}
