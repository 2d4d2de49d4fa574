import { binaryArray, query, type Tx } from '@laurel/postgres'
import type { Statement } from '../domain/statement'

/** The one destination of this service; its row is in `destination`. */
export const DESTINATION = 'lrs'

export type Fact = 'lesson.completed' | 'course.completed'

/** A statement that waits to be delivered. */
export interface UnsentStatement {
  readonly statementId: string
  /** The statement as JSON. */
  readonly body: string
}

const STORE = {
  name: 'statement-store',
  // Rows in key order: two batches that hold the same facts wait for each other instead of locking each other out.
  text: `insert into statement (statement_id, fact, body)
         select statement_id, $2, body from unnest($1::uuid[], $3::text[]) as s(statement_id, body)
          order by statement_id
         on conflict (statement_id) do nothing`,
}
const UNSENT = {
  name: 'statement-unsent',
  text: 'select statement_id, body from statement where sent_at is null and failed_at is null order by position limit $1',
}
const SENT = {
  name: 'statement-sent',
  text: `with marked as (
           update statement set sent_at = now(), body = null, failed_at = null, last_error = null
            where statement_id = any($1::uuid[]) and sent_at is null
           returning 1)
         update destination set sent = sent + (select count(*) from marked) where name = $2`,
}
const FAILED = {
  name: 'statement-failed',
  text: 'update statement set failed_at = now(), last_error = $2 where statement_id = $1 and sent_at is null',
}
const RETRY = {
  name: 'statement-retry',
  text: `with again as (update statement set failed_at = null where failed_at is not null returning 1)
         select count(*) as statements from again`,
}

/** Stores statements to be sent. Of those that share an id the first ever stored stays, in this batch or before it. */
export async function storeStatements(tx: Tx, fact: Fact, statements: readonly Statement[]): Promise<void> {
  const first = new Map<string, Statement>()
  for (const statement of statements) if (!first.has(statement.id)) first.set(statement.id, statement)
  if (first.size === 0) return
  const bodies = [...first.values()].map((statement) => JSON.stringify(statement))
  await query(tx, STORE, [binaryArray.uuid([...first.keys()]), fact, binaryArray.text(bodies)])
}

/** The oldest statements that are neither sent nor failed, oldest first. */
export async function oldestUnsent(tx: Tx, limit: number): Promise<UnsentStatement[]> {
  const rows = await query<{ statement_id: string; body: string }>(tx, UNSENT, [limit])
  return rows.map((row) => ({ statementId: row.statement_id, body: row.body }))
}

/** The destination has them: they are never sent again. */
export async function markSent(tx: Tx, statementIds: readonly string[]): Promise<void> {
  await query(tx, SENT, [binaryArray.uuid(statementIds), DESTINATION])
}

/** The destination refuses this one for what it is: it is kept with the reason until someone retries it. */
export async function markFailed(tx: Tx, statementId: string, reason: string): Promise<void> {
  await query(tx, FAILED, [statementId, reason])
}

/** Makes every failed statement unsent again and returns how many there were. */
export async function retryFailed(tx: Tx): Promise<number> {
  const [row] = await query<{ statements: string }>(tx, RETRY)
  return Number(row!.statements)
}
