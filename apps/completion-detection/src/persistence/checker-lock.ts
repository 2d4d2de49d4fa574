import { query, type Tx } from '@laurel/postgres'

const LOCK = { text: "select pg_try_advisory_lock(1818326386, hashtext('checker ' || current_schema())) as mine" }
const UNLOCK = { text: "select pg_advisory_unlock(1818326386, hashtext('checker ' || current_schema()))" }

/**
 * True when this connection may check: of all runners on the schema at most one holds the lock. It is held until it is
 * released or the connection ends, so a runner that lost the database does not keep it.
 *
 * @param tx on a connection that stays the same for as long as the lock is needed
 */
export async function tryLockChecking(tx: Tx): Promise<boolean> {
  const [row] = await query<{ mine: boolean }>(tx, LOCK)
  return row!.mine
}

export async function unlockChecking(tx: Tx): Promise<void> {
  await query(tx, UNLOCK)
}
