import { query, type Tx } from '@laurel/postgres'

const NOW = { name: 'database-time', text: 'select now() as now' }

/** The one clock that all processes share, at the beginning of the transaction. */
export async function databaseTime(tx: Tx): Promise<Date> {
  const [row] = await query<{ now: Date }>(tx, NOW)
  return row!.now
}
