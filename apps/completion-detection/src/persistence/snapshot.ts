import { query, transaction, type Tx } from '@laurel/postgres'
import type { DataSource } from 'typeorm'

const SNAPSHOT = { text: 'set transaction isolation level repeatable read, read only' }

/** Runs `work` in a transaction whose statements all see the same moment, and which writes nothing. */
export function snapshot<T>(dataSource: DataSource, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(dataSource, async (tx) => {
    await query(tx, SNAPSHOT)
    return work(tx)
  })
}
