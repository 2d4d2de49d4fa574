import { query, type Tx } from '@laurel/postgres'

/** What an answer is kept under: the caller and the key that they chose. */
export interface OnceKey {
  readonly userId: string
  readonly key: string
}

export interface KeptAnswer {
  /** Lower-case hexadecimal SHA-256 of the request. */
  readonly fingerprint: string
  /** JSON. */
  readonly response: unknown
}

// Answers older than this are as if they had never been, also while they wait to be removed.
const KEPT = `interval '24 hours'`
/** Removed with each insertion, so that there are never many more than a day's requests leave behind. */
const REMOVED_AT_ONCE = 5

const LOCK = {
  name: 'idempotency-key-lock',
  text: `select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as obtained`,
}
const FIND = {
  name: 'idempotency-key-find',
  text: `select encode(fingerprint, 'hex') as fingerprint, response
           from idempotency_key where user_id = $1 and key = $2 and created_at > now() - ${KEPT}`,
}
const KEEP = {
  name: 'idempotency-key-keep',
  text: `insert into idempotency_key (user_id, key, fingerprint, response) values ($1, $2, decode($3, 'hex'), $4::jsonb)
         on conflict (user_id, key) do update set fingerprint = excluded.fingerprint, response = excluded.response, created_at = excluded.created_at`,
}
// Rows that another transaction is removing are passed over, so that nobody waits for this.
const REMOVE_EXPIRED = {
  name: 'idempotency-key-remove-expired',
  text: `delete from idempotency_key where (user_id, key) in (
           select user_id, key from idempotency_key where created_at <= now() - ${KEPT} order by created_at limit ${REMOVED_AT_ONCE}
              for update skip locked)`,
}

/** Takes the key until the transaction ends; false, at once, when another transaction has it. */
export async function takeKey(tx: Tx, { userId, key }: OnceKey): Promise<boolean> {
  const [row] = await query<{ obtained: boolean }>(tx, LOCK, [`idempotency-key:${userId}:${key}`])
  return row!.obtained
}

/** The answer that was given under this key in the last 24 hours. */
export async function findAnswer(tx: Tx, { userId, key }: OnceKey): Promise<KeptAnswer | undefined> {
  const [answer] = await query<{ fingerprint: string; response: unknown }>(tx, FIND, [userId, key])
  return answer
}

/** Keeps an answer for 24 hours, and removes a few that are older. */
export async function keepAnswer(tx: Tx, { userId, key }: OnceKey, answer: KeptAnswer): Promise<void> {
  await query(tx, KEEP, [userId, key, answer.fingerprint, JSON.stringify(answer.response)])
  await query(tx, REMOVE_EXPIRED)
}
