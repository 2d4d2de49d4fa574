import type { Tx } from '@laurel/postgres'
import { Problem } from '@laurel/service-shell'
import { findAnswer, keepAnswer, takeKey } from '../persistence/idempotency-key-store'

/** A request that is to take effect once, as draft-ietf-httpapi-idempotency-key-header has it. */
export interface OnceRequest {
  readonly userId: string
  /** The caller's name for the request; without one it takes effect as often as it is made. */
  readonly key: string | undefined
  /** Lower-case hexadecimal SHA-256 of all that the request says. */
  readonly fingerprint: string
}

export const KEY_HEADER = 'Idempotency-Key'

/**
 * Runs `work` the first time that the caller uses the key and keeps what it returns for 24 hours, in the transaction of
 * its effect: both are there or neither. Later the same request gets the answer that is kept; one that failed is not kept
 * and may be made again.
 *
 * @param work returns the answer's body: JSON, nothing else
 * @throws Problem 409 with Retry-After while the first request is under way, 422 when the key named another request
 */
export async function answerOnce<T>(tx: Tx, { userId, key, fingerprint }: OnceRequest, work: () => Promise<T>): Promise<T> {
  if (key === undefined) return work()
  const name = { userId, key }
  if (!(await takeKey(tx, name))) {
    throw new Problem(409, `a request with this ${KEY_HEADER} is in progress`, { headers: { 'retry-after': '1' } })
  }
  const kept = await findAnswer(tx, name)
  if (kept === undefined) {
    const response = await work()
    await keepAnswer(tx, name, { fingerprint, response })
    return response
  }
  if (kept.fingerprint !== fingerprint) throw Problem.unprocessable(`this ${KEY_HEADER} was used for another request`, KEY_HEADER)
  return kept.response as T
}
