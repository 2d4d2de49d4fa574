import { query, retryingTransaction, type Tx } from '@laurel/postgres'
import type { Caller } from '@laurel/service-shell'
import type { DataSource } from 'typeorm'

// Local to the transaction: the next one on this connection begins as nobody.
const IDENTIFY = {
  name: 'caller-identify',
  text: `select set_config('laurel.user_id', $1, true), set_config('laurel.org_id', $2, true), set_config('laurel.role', $3, true)`,
}

/**
 * The database as one caller may see it: row-level security shows and takes only their own rows, those of the
 * organisation that they administer, or all for an administrator. Rows of others are not refused but absent, and a
 * write of one fails. The checks of the routes come first; this is what holds when one of them is wrong.
 */
export class CallerDatabase {
  /** @param dataSource connected in the role progress_caller */
  constructor(private readonly dataSource: DataSource) {}

  /** Runs `work` in one transaction of the caller; repeated at once, as a whole, when it lost against another one. */
  run<T>(caller: Caller, work: (tx: Tx) => Promise<T>): Promise<T> {
    return retryingTransaction(this.dataSource, async (tx) => {
      await query(tx, IDENTIFY, [caller.userId, caller.orgId ?? '', roleOf(caller)])
      return work(tx)
    })
  }
}

function roleOf({ isAdmin, isOrgAdmin }: Caller): 'admin' | 'org_admin' | 'learner' {
  if (isAdmin) return 'admin'
  return isOrgAdmin ? 'org_admin' : 'learner'
}
