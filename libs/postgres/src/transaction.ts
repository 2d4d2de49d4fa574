import type { DataSource, EntityManager, QueryRunner } from 'typeorm'
import type { PoolClient } from 'pg'
import { isRetryable, NoConnectionError } from './failure'

/** A TypeORM entity manager inside an open transaction. Every store method takes it first. */
export type Tx = EntityManager

/** A statement; a named one is prepared once per connection and planned once. */
export interface Statement {
  readonly name?: string
  readonly text: string
}

/**
 * Runs `work` in one READ COMMITTED transaction: committed when it returns, rolled back when it throws.
 *
 * @throws NoConnectionError when no transaction could be begun: the work was not even tried
 * @throws what `work` or the commit throws. After a lost connection at commit it is not known whether it took effect.
 */
export async function transaction<T>(dataSource: DataSource, work: (tx: Tx) => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner()
  try {
    await begin(runner)
    const result = await work(runner.manager)
    await runner.commitTransaction()
    return result
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined)
    throw error
  } finally {
    await runner.release().catch(() => undefined)
  }
}

async function begin(runner: QueryRunner): Promise<void> {
  try {
    await runner.connect()
    await runner.startTransaction()
  } catch (error) {
    throw new NoConnectionError(error)
  }
}

/** Attempts of `retryingTransaction`; rivals of one key are few, so more would only hide a fault. */
const ATTEMPTS = 5

/** The same for callers without a retry policy of their own: repeated at once when it lost against another transaction. */
export async function retryingTransaction<T>(dataSource: DataSource, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction(dataSource, work)
    } catch (error) {
      if (!isRetryable(error) || attempt === ATTEMPTS) throw error
    }
  }
}

/**
 * Runs one statement on the transaction's own connection and returns its rows.
 * Buffers among `values` travel in the binary format (see `binaryArray`).
 */
export async function query<R = Record<string, unknown>>(tx: Tx, statement: Statement, values: readonly unknown[] = []): Promise<R[]> {
  const runner = tx.queryRunner
  if (!runner) throw new Error('query needs a transaction: call it with the manager that transaction() hands out')
  const client = (await runner.connect()) as PoolClient
  const result = await client.query({ ...statement, values: [...values] })
  return result.rows as R[]
}
